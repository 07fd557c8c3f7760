"""The calls of the getter in a file that generates IDs: Fixit has no flow to follow."""

import libcst as cst
from fixit import LintRule


class GeneratedSessionId(LintRule):
    """Reports calls of the getter in functions that generate an ID."""

    def __init__(self) -> None:
        super().__init__()
        self.generates = [False]

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.generates.append(False)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.generates.pop()

    def visit_Call(self, node: cst.Call) -> None:
        match node.func:
            case cst.Attribute(attr=cst.Name("generate_base_id")):
                self.generates[-1] = True
            case cst.Name("get_user_execution_context") if self.generates[-1]:
                self.report(node, "an ID is generated beside a call of the session getter")
