// Starts `ctxlint server` for Python files, and restarts it when asked to or when its command changes.
"use strict";

const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

/** The command of the settings, with the folder of the workspace filled in. */
function command() {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return workspace
    .getConfiguration("ctxlint")
    .get("command", ["ctxlint", "server"])
    .map((part) => part.replaceAll("${workspaceFolder}", folder));
}

async function start() {
  const [program, ...args] = command();
  const options = {
    documentSelector: [{ scheme: "file", language: "python" }],
    outputChannelName: "ctxlint",
  };
  client = new LanguageClient("ctxlint", "ctxlint", { command: program, args }, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    window.showErrorMessage(
      `ctxlint: '${program}' does not start (${error.message}), ` +
        "install it with pip install 'ctxlint[server]' or set ctxlint.command.",
    );
  }
}

async function stop() {
  const stopped = client;
  client = undefined;
  await stopped?.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("ctxlint.restart", restart),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("ctxlint.command")) return restart();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
