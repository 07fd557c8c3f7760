"""Tables that ctxlint accepts or refuses, for the tests of its readers and of the JSON schema."""

CODES = ("CTX001", "CTX101", "CTX301")

EVERY_FLAT_KEY = """\
select = ["CTX1"]
extend-select = ["CTX301"]
ignore = ["CTX001"]
exclude = ["gen"]
extend-exclude = ["old/", "!build"]
include-tests = true
test-paths = ["spec/"]
keep = "none"
unsafe-fixes = true
baseline = "known.json"
src = ["lib", "."]
examples = "contract/"
"""
GETTERS = """\
[[tool.ctxlint.getter]]
call = "app.get_context"
ids = { thread_id = 1, run_id = -1 }
none = "shared"
replaces = ["make_context"]
[[tool.ctxlint.getter]]
call = "current"
ids.conversation = 0
"""
MORE_OF_A_GETTER = """\
ids."config.configurable.thread_id" = 1
ids."self.thread" = -1
minor = ["run_id", "config.run"]
help = "Ask \\u001b[1mus\\u001b[0m"
url = "https://example.org/sessions#none"
"""
ACCEPTED = [
    "",
    EVERY_FLAT_KEY,
    GETTERS,
    'per-file-ignores = { "scripts/*" = ["CTX101", "CTX3"], "!src/" = [] }',
    '[tool.ctxlint.per-file-ignores]\n"tests/**/a.py" = ["C"]',
    'presets = ["langgraph", "mem0"]',
    'sources.calls = ["uuid.uuid4"]\nsources.extend = ["myapp.ids.new_*"]',
    f"{GETTERS}{MORE_OF_A_GETTER}",
    'flow.keeps = ["myapp.ids.normalize"]\nflow.opens = ["Desk.new_chat"]',
    "select = []\nexclude = []\ngetter = []\nsources = {}\nper-file-ignores = {}\nsrc = []",
]

# Each with the row and column of its key, and what is wrong with it.
REFUSED = [
    ('selct = ["CTX1"]', (2, 1), "selct: unknown key, did you mean 'select'?"),
    ("include_tests = true", (2, 1), "include_tests: unknown key, did you mean 'include-tests'?"),
    ("\n  disable-noqa = true", (3, 3), "disable-noqa: unknown key, use one of extend, select, "),
    ('select = "CTX1"', (2, 1), 'select: not a list of strings, write ["...", "..."]'),
    ("select = [1]", (2, 1), 'select: not a list of strings, write ["...", "..."]'),
    ('select = ["CTX102"]', (2, 1), "select: unknown code 'CTX102', did you mean 'CTX101'?"),
    ('select = ["ctx101"]', (2, 1), "select: unknown code 'ctx101', did you mean 'CTX101'?"),
    ('ignore = ["E501"]', (2, 1), "ignore: unknown code 'E501', use one of CTX001, CTX101, CTX301"),
    ('ignore = [""]', (2, 1), "ignore: an empty string, fill it or remove it"),
    ("include-tests = 1", (2, 1), "include-tests: not a boolean, write true or false"),
    ('keep = "recieved"', (2, 1), "keep: unknown value 'recieved', did you mean 'received'?"),
    ("keep = 1", (2, 1), "keep: not a string, write one in quotes"),
    ("baseline = true", (2, 1), "baseline: not a string, write one in quotes"),
    ('baseline = ""', (2, 1), "baseline: an empty string, fill it or remove it"),
    (
        'presets = ["langgraf"]',
        (2, 1),
        "presets: unknown value 'langgraf', did you mean 'langgraph'?",
    ),
    (
        'presets = ["crewai"]',
        (2, 1),
        "presets: unknown value 'crewai', use one of agno, google-adk, langgraph, ",
    ),
    ('presets = "mem0"', (2, 1), 'presets: not a list of strings, write ["...", "..."]'),
    ('examples = ["a"]', (2, 1), "examples: not a string, write one in quotes"),
    ('src = "lib"', (2, 1), 'src: not a list of strings, write ["...", "..."]'),
    ("extend = 3", (2, 1), "extend: not a string, write one in quotes"),
    ('exclude = [""]', (2, 1), "exclude: an empty string, fill it or remove it"),
    ("flow = []", (2, 1), "flow: not a table, write [tool.ctxlint.flow]"),
    ('flow.keep = ["x"]', (2, 6), "flow.keep: unknown key, did you mean 'keeps'?"),
    ('flow.opens = "x"', (2, 6), 'flow.opens: not a list of strings, write ["...", "..."]'),
    ("sources = []", (2, 1), "sources: not a table, write [tool.ctxlint.sources]"),
    (
        '[tool.ctxlint.sources]\ncals = ["x"]',
        (3, 1),
        "sources.cals: unknown key, did you mean 'calls'?",
    ),
    ('sources.cals = ["x"]', (2, 9), "sources.cals: unknown key, did you mean 'calls'?"),
    (
        'sources = { calls = [], extend = ["f()"] }',
        (2, 25),
        "sources.extend: not a dotted name: 'f()', write one like package.module.name",
    ),
    (
        "per-file-ignores = []",
        (2, 1),
        'per-file-ignores: not a table of codes, write { "scripts/*" = ["CTX101"] }',
    ),
    (
        '[tool.ctxlint.per-file-ignores]\n"a.py" = []\n"b.py" = "CTX101"',
        (4, 1),
        'per-file-ignores.b.py: not a list of strings, write ["...", "..."]',
    ),
    (
        'per-file-ignores = { "a.py" = ["CTX110"] }',
        (2, 22),
        "per-file-ignores.a.py: unknown code 'CTX110', did you mean 'CTX101'?",
    ),
    ('getter = ["x"]', (2, 1), "getter: not an array of tables, write [[tool.ctxlint.getter]]"),
    (
        '[tool.ctxlint.getter]\ncall = "x"',
        (2, 15),
        "getter: not an array of tables, write [[tool.ctxlint.getter]]",
    ),
    ('[[tool.ctxlint.getter]]\ncall = "x"', (2, 16), "getter: a getter without 'ids', add it"),
    (
        f"{GETTERS}[[tool.ctxlint.getter]]\nids = {{ a = 0 }}",
        (10, 16),
        "getter: a getter without 'call', add it",
    ),
    (f'{GETTERS}nones = "new"', (10, 1), "getter.nones: unknown key, did you mean 'none'?"),
    *(
        (
            f'{GETTERS}url = "{url}"',
            (10, 1),
            f"getter.url: not an address: '{url}', write one that begins with https://",
        )
        for url in ("example.org", "javascript:alert(1)", "file:///etc/passwd", "https://a b")
    ),
    (f'{GETTERS}help = ""', (10, 1), "getter.help: an empty string, fill it or remove it"),
    (f'{GETTERS}minor = "run"', (10, 1), 'getter.minor: not a list of strings, write ["...", '),
    (
        f'{GETTERS}minor = ["run-id"]',
        (10, 1),
        "getter.minor: not a parameter or path, write a name like thread_id or config.thread_id",
    ),
    *(
        (
            f'[[tool.ctxlint.getter]]\ncall = "x"\nids = {{ "{path}" = {position} }}',
            (4, 9),
            f"getter.ids.{path}: {what}",
        )
        for path, position, what in (
            ("a..b", 1, "not a parameter or path, write a name like thread_id or config.thread_id"),
            ("a:b", 1, "not a parameter or path, write a name like thread_id or config.thread_id"),
            (".a", 1, "not a parameter or path, write a name like thread_id or config.thread_id"),
            ("a.", 1, "not a parameter or path, write a name like thread_id or config.thread_id"),
        )
    ),
    (
        f'{GETTERS}none = "reused"',
        (10, 1),
        "getter.none: unknown value 'reused', did you mean 'reuse'?",
    ),
    (
        '[[tool.ctxlint.getter]]\nids = "x"',
        (3, 1),
        "getter.ids: not a table of positions, write { thread_id = 1 }",
    ),
    (
        "[[tool.ctxlint.getter]]\nids = {}",
        (3, 1),
        "getter.ids: not a table of positions, write { thread_id = 1 }",
    ),
    (
        "[[tool.ctxlint.getter]]\nids = { thread = 0, run = true }",
        (3, 21),
        "getter.ids.run: not a position, count from 0 or write -1",
    ),
    (
        "[[tool.ctxlint.getter]]\n[tool.ctxlint.getter.ids]\nrun = -2",
        (4, 1),
        "getter.ids.run: not a position, count from 0 or write -1",
    ),
    (
        '[[tool.ctxlint.getter]]\ncall = "get context"',
        (3, 1),
        "getter.call: not a dotted name: 'get context', write one like package.module.name",
    ),
    (
        '[[tool.ctxlint.getter]]\nreplaces = "x"',
        (3, 1),
        'getter.replaces: not a list of strings, write ["...", "..."]',
    ),
]
# What a schema cannot tell.
REFUSED_BY_CTXLINT_ONLY = [
    (
        'ignore = [\n  "CTX001",\n]\ntest-paths = [\n  "spec/",\n  "[z-a].py",\n]',
        (5, 1),
        "test-paths: not a gitignore pattern: '[z-a].py', fix what is in brackets",
    ),
    ('extend-exclude = ["/"]', (2, 1), "extend-exclude: empty pattern '/', write one or remove it"),
    (
        'per-file-ignores = { "[z-a]" = [] }',
        (2, 22),
        "per-file-ignores.[z-a]: not a gitignore pattern: '[z-a]', fix what is in brackets",
    ),
    (
        '[[tool.ctxlint.getter]]\ncall = "x"\nids = { "self.thread" = 1 }',
        (4, 9),
        "getter.ids.self.thread: an attribute of the object has no position, write -1",
    ),
    ('extend = "gone.toml"', (2, 1), "extend: no such file 'gone.toml', check the path"),
]
