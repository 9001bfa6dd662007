-- Runs inside Neovim: opens a series and a source with the language server and writes what came back as JSON.
-- Environment: RESCUER_COMMAND (JSON array), RESCUER_FOLDER (a kernel tree), RESCUER_RESULT (a file).
local folder = vim.env.RESCUER_FOLDER
local result = {}
local patience = 30000

local client = vim.lsp.start_client({
  name = 'rescuer',
  cmd = vim.fn.json_decode(vim.env.RESCUER_COMMAND),
  root_dir = folder,
})

local function open(path, filetype)
  vim.cmd('edit ' .. folder .. '/' .. path)
  vim.bo.filetype = filetype
  vim.lsp.buf_attach_client(0, client)
  vim.wait(patience, function() return #vim.diagnostic.get(0) > 0 end)
  return vim.diagnostic.get(0)
end

local function summary(diagnostics)
  return vim.tbl_map(function(one)
    return { code = one.code, line = vim.fn.getline(one.lnum + 1), severity = one.severity }
  end, diagnostics)
end

-- Moves the cursor to a text and asks the server about it.
local function ask(method, text, more)
  vim.fn.cursor(1, 1)
  vim.fn.search('\\V' .. text, 'cW')
  local params = vim.tbl_extend('force', vim.lsp.util.make_position_params(), more or {})
  local answers = vim.lsp.buf_request_sync(0, method, params, patience)
  return answers and answers[client] and answers[client].result
end

result.series = summary(open('series.mbox', 'mail'))
result.seriesHover = ask('textDocument/hover', 'BIOSET_NEED_RESCUER')

local found = open('drivers/md/shim.c', 'c')
result.source = summary(found)
result.hover = ask('textDocument/hover', 'bioset_create')
result.definition = ask('textDocument/definition', 'bs, GFP_NOIO')

local diagnostic = vim.tbl_filter(function(one) return one.code == 'set-unchecked' end, found)[1]
local data = diagnostic.user_data.lsp
local position = { line = diagnostic.lnum, character = diagnostic.col }
local actions = ask('textDocument/codeAction', 'bioset_create', {
  range = { start = position, ['end'] = { line = diagnostic.end_lnum, character = diagnostic.end_col } },
  context = {
    diagnostics = {
      {
        range = { start = position, ['end'] = { line = diagnostic.end_lnum, character = diagnostic.end_col } },
        message = diagnostic.message,
        code = diagnostic.code,
        source = diagnostic.source,
        data = data and data.data,
      },
    },
  },
})
result.actions = vim.tbl_map(function(action) return action.title end, actions)
vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
result.edited = vim.api.nvim_buf_get_lines(0, 0, -1, false)

local simulation = { scenario = 'pool', strategy = 'loop', parameters = vim.empty_dict() }
local answers = vim.lsp.buf_request_sync(0, 'workspace/executeCommand', {
  command = 'rescuer.simulate',
  arguments = { simulation },
}, patience)
result.simulation = answers[client].result

vim.fn.writefile({ vim.fn.json_encode(result) }, vim.env.RESCUER_RESULT)
vim.lsp.stop_client(client)
vim.cmd('qall!')
