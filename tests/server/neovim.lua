-- Opens a file in Neovim with ctxlint, writes what `vim.diagnostic.get()` has to `told.json`,
-- and applies the first fix of the finding on a row; the buffer is written to `fixed.py`.
local wanted = vim.fn.json_decode(os.getenv("CTXLINT_TEST"))

package.path = wanted.editor .. "/?.lua;" .. package.path
local ctxlint = require("ctxlint")
ctxlint.command = wanted.command
ctxlint.setup()
vim.cmd("filetype on")

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local function wait(condition)
  return vim.wait(wanted.wait * 1000, condition, 20)
end

local function run()
  vim.cmd("edit " .. vim.fn.fnameescape(wanted.file))
  local buffer = vim.api.nvim_get_current_buf()
  assert(wait(function() return #vim.diagnostic.get(buffer) == wanted.count end), "no diagnostics")
  write(wanted.out .. "/told.json", vim.fn.json_encode(vim.diagnostic.get(buffer)))

  local client = vim.lsp.get_client_by_id(next(vim.lsp.buf_get_clients(buffer)))
  vim.api.nvim_win_set_cursor(0, { wanted.row, vim.diagnostic.get(buffer)[1].col })
  local hover = client.request_sync("textDocument/hover",
    vim.lsp.util.make_position_params(0, client.offset_encoding), wanted.wait * 1000, buffer)
  write(wanted.out .. "/hover.json", vim.fn.json_encode(hover))
  local line = #vim.api.nvim_buf_get_lines(buffer, wanted.row - 1, wanted.row, true)[1]
  local params = vim.lsp.util.make_given_range_params(
    { wanted.row, 0 }, { wanted.row, line }, buffer, client.offset_encoding)
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, wanted.row - 1) }
  local answer = client.request_sync("textDocument/codeAction", params, wanted.wait * 1000, buffer)
  local action
  for _, one in ipairs(answer.result) do
    if one.kind == wanted.kind and not action then action = one end
  end
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  write(wanted.out .. "/fixed.py",
    table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), "\n") .. "\n")
  write(wanted.out .. "/title.txt", action.title)
  assert(wait(function() return #vim.diagnostic.get(buffer) == wanted.left end), "not refreshed")
end

local ok, problem = xpcall(run, debug.traceback)
if not ok then
  io.stderr:write(problem .. "\n")
  vim.cmd("cquit!")
end
vim.cmd("qall!")
