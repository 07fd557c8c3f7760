-- ctxlint in Neovim 0.7 or newer: put this in lua/ctxlint.lua and call require("ctxlint").setup()
-- in init.lua. Neovim 0.11 has a shorter way, which is in docs/editors.md.
local M = {}

M.command = { "ctxlint", "server" }
M.markers = { "pyproject.toml", ".git" }

local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  while true do
    for _, marker in ipairs(M.markers) do
      local path = folder .. "/" .. marker
      if vim.fn.filereadable(path) == 1 or vim.fn.isdirectory(path) == 1 then
        return folder
      end
    end
    local above = vim.fn.fnamemodify(folder, ":h")
    if above == folder then
      return vim.fn.fnamemodify(file, ":p:h")
    end
    folder = above
  end
end

local clients = {} -- by root

function M.attach(buffer)
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  clients[root] = clients[root] or vim.lsp.start_client({
    name = "ctxlint",
    cmd = M.command,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
  })
  vim.lsp.buf_attach_client(buffer, clients[root])
end

function M.setup()
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "python",
    callback = function(event)
      M.attach(event.buf)
    end,
  })
end

return M
