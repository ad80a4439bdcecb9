import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_ACCEPTED: _ClassVar[Verdict]
    VERDICT_WRONG_ANSWER: _ClassVar[Verdict]
    VERDICT_NO_ANSWER: _ClassVar[Verdict]
    VERDICT_COMPILE_ERROR: _ClassVar[Verdict]
    VERDICT_RUNTIME_ERROR: _ClassVar[Verdict]
    VERDICT_TIME_LIMIT: _ClassVar[Verdict]
    VERDICT_MEMORY_LIMIT: _ClassVar[Verdict]
    VERDICT_OUTPUT_LIMIT: _ClassVar[Verdict]
    VERDICT_IDLE_LIMIT: _ClassVar[Verdict]
    VERDICT_REJECTED: _ClassVar[Verdict]

class Assurance(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ASSURANCE_UNSPECIFIED: _ClassVar[Assurance]
    ASSURANCE_SAME_PROCESS: _ClassVar[Assurance]
    ASSURANCE_TEST_PROCESS_APART: _ClassVar[Assurance]
    ASSURANCE_COMPARED_OUTSIDE: _ClassVar[Assurance]

class Scoring(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCORING_UNSPECIFIED: _ClassVar[Scoring]
    SCORING_ALL: _ClassVar[Scoring]
    SCORING_FRACTION: _ClassVar[Scoring]

class LimitsMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIMITS_MODE_UNSPECIFIED: _ClassVar[LimitsMode]
    LIMITS_MODE_CGROUP_V2: _ClassVar[LimitsMode]
    LIMITS_MODE_CGROUP_V1: _ClassVar[LimitsMode]
    LIMITS_MODE_RLIMIT: _ClassVar[LimitsMode]

class LaunchMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LAUNCH_MODE_UNSPECIFIED: _ClassVar[LaunchMode]
    LAUNCH_MODE_TEMPLATE: _ClassVar[LaunchMode]
    LAUNCH_MODE_COLD: _ClassVar[LaunchMode]

class Strictness(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STRICTNESS_UNSPECIFIED: _ClassVar[Strictness]
    STRICTNESS_STRICT: _ClassVar[Strictness]
    STRICTNESS_LOOSE: _ClassVar[Strictness]

class FormatUse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FORMAT_USE_UNSPECIFIED: _ClassVar[FormatUse]
    FORMAT_USE_GATE: _ClassVar[FormatUse]
    FORMAT_USE_PENALTY: _ClassVar[FormatUse]
VERDICT_UNSPECIFIED: Verdict
VERDICT_ACCEPTED: Verdict
VERDICT_WRONG_ANSWER: Verdict
VERDICT_NO_ANSWER: Verdict
VERDICT_COMPILE_ERROR: Verdict
VERDICT_RUNTIME_ERROR: Verdict
VERDICT_TIME_LIMIT: Verdict
VERDICT_MEMORY_LIMIT: Verdict
VERDICT_OUTPUT_LIMIT: Verdict
VERDICT_IDLE_LIMIT: Verdict
VERDICT_REJECTED: Verdict
ASSURANCE_UNSPECIFIED: Assurance
ASSURANCE_SAME_PROCESS: Assurance
ASSURANCE_TEST_PROCESS_APART: Assurance
ASSURANCE_COMPARED_OUTSIDE: Assurance
SCORING_UNSPECIFIED: Scoring
SCORING_ALL: Scoring
SCORING_FRACTION: Scoring
LIMITS_MODE_UNSPECIFIED: LimitsMode
LIMITS_MODE_CGROUP_V2: LimitsMode
LIMITS_MODE_CGROUP_V1: LimitsMode
LIMITS_MODE_RLIMIT: LimitsMode
LAUNCH_MODE_UNSPECIFIED: LaunchMode
LAUNCH_MODE_TEMPLATE: LaunchMode
LAUNCH_MODE_COLD: LaunchMode
STRICTNESS_UNSPECIFIED: Strictness
STRICTNESS_STRICT: Strictness
STRICTNESS_LOOSE: Strictness
FORMAT_USE_UNSPECIFIED: FormatUse
FORMAT_USE_GATE: FormatUse
FORMAT_USE_PENALTY: FormatUse

class Task(_message.Message):
    __slots__ = ("answer", "code", "instruction", "verifier", "format")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTION_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    answer: AnswerTask
    code: CodeTask
    instruction: InstructionTask
    verifier: str
    format: _containers.RepeatedCompositeFieldContainer[FormatRule]
    def __init__(self, answer: _Optional[_Union[AnswerTask, _Mapping]] = ..., code: _Optional[_Union[CodeTask, _Mapping]] = ..., instruction: _Optional[_Union[InstructionTask, _Mapping]] = ..., verifier: _Optional[str] = ..., format: _Optional[_Iterable[_Union[FormatRule, _Mapping]]] = ...) -> None: ...

class AnswerTask(_message.Message):
    __slots__ = ("answers", "tolerance", "relative_tolerance", "answer_type", "choices", "unit")
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedScalarFieldContainer[str]
    tolerance: float
    relative_tolerance: float
    answer_type: str
    choices: _containers.RepeatedScalarFieldContainer[str]
    unit: str
    def __init__(self, answers: _Optional[_Iterable[str]] = ..., tolerance: _Optional[float] = ..., relative_tolerance: _Optional[float] = ..., answer_type: _Optional[str] = ..., choices: _Optional[_Iterable[str]] = ..., unit: _Optional[str] = ...) -> None: ...

class CodeTask(_message.Message):
    __slots__ = ("language", "stdio", "call", "asserts", "check", "pytest", "program", "setup", "prefix", "checker", "interactor", "limits", "scoring", "files")
    class FilesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: bytes
        def __init__(self, key: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    STDIO_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    ASSERTS_FIELD_NUMBER: _ClassVar[int]
    CHECK_FIELD_NUMBER: _ClassVar[int]
    PYTEST_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    SETUP_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    CHECKER_FIELD_NUMBER: _ClassVar[int]
    INTERACTOR_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    SCORING_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    language: str
    stdio: StdioTests
    call: CallTests
    asserts: AssertTests
    check: CheckTests
    pytest: PytestTests
    program: ProgramTests
    setup: str
    prefix: str
    checker: Checker
    interactor: JudgeProgram
    limits: Limits
    scoring: Scoring
    files: _containers.ScalarMap[str, bytes]
    def __init__(self, language: _Optional[str] = ..., stdio: _Optional[_Union[StdioTests, _Mapping]] = ..., call: _Optional[_Union[CallTests, _Mapping]] = ..., asserts: _Optional[_Union[AssertTests, _Mapping]] = ..., check: _Optional[_Union[CheckTests, _Mapping]] = ..., pytest: _Optional[_Union[PytestTests, _Mapping]] = ..., program: _Optional[_Union[ProgramTests, _Mapping]] = ..., setup: _Optional[str] = ..., prefix: _Optional[str] = ..., checker: _Optional[_Union[Checker, _Mapping]] = ..., interactor: _Optional[_Union[JudgeProgram, _Mapping]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., scoring: _Optional[_Union[Scoring, str]] = ..., files: _Optional[_Mapping[str, bytes]] = ...) -> None: ...

class StdioTests(_message.Message):
    __slots__ = ("cases",)
    CASES_FIELD_NUMBER: _ClassVar[int]
    cases: _containers.RepeatedCompositeFieldContainer[StdioCase]
    def __init__(self, cases: _Optional[_Iterable[_Union[StdioCase, _Mapping]]] = ...) -> None: ...

class StdioCase(_message.Message):
    __slots__ = ("input", "output")
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    input: bytes
    output: bytes
    def __init__(self, input: _Optional[bytes] = ..., output: _Optional[bytes] = ...) -> None: ...

class CallTests(_message.Message):
    __slots__ = ("function_name", "cases")
    FUNCTION_NAME_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    function_name: str
    cases: _containers.RepeatedCompositeFieldContainer[CallCase]
    def __init__(self, function_name: _Optional[str] = ..., cases: _Optional[_Iterable[_Union[CallCase, _Mapping]]] = ...) -> None: ...

class CallCase(_message.Message):
    __slots__ = ("arguments", "expected")
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    arguments: bytes
    expected: bytes
    def __init__(self, arguments: _Optional[bytes] = ..., expected: _Optional[bytes] = ...) -> None: ...

class AssertTests(_message.Message):
    __slots__ = ("asserts",)
    ASSERTS_FIELD_NUMBER: _ClassVar[int]
    asserts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, asserts: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckTests(_message.Message):
    __slots__ = ("source", "entry_point")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ENTRY_POINT_FIELD_NUMBER: _ClassVar[int]
    source: str
    entry_point: str
    def __init__(self, source: _Optional[str] = ..., entry_point: _Optional[str] = ...) -> None: ...

class PytestTests(_message.Message):
    __slots__ = ("source",)
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    source: str
    def __init__(self, source: _Optional[str] = ...) -> None: ...

class ProgramTests(_message.Message):
    __slots__ = ("source",)
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    source: str
    def __init__(self, source: _Optional[str] = ...) -> None: ...

class Checker(_message.Message):
    __slots__ = ("name", "program", "absolute_tolerance", "relative_tolerance")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    ABSOLUTE_TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    program: JudgeProgram
    absolute_tolerance: float
    relative_tolerance: float
    def __init__(self, name: _Optional[str] = ..., program: _Optional[_Union[JudgeProgram, _Mapping]] = ..., absolute_tolerance: _Optional[float] = ..., relative_tolerance: _Optional[float] = ...) -> None: ...

class JudgeProgram(_message.Message):
    __slots__ = ("language", "source")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    language: str
    source: str
    def __init__(self, language: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("cpu_time", "memory_bytes", "output_bytes", "processes", "compile_time")
    CPU_TIME_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_BYTES_FIELD_NUMBER: _ClassVar[int]
    PROCESSES_FIELD_NUMBER: _ClassVar[int]
    COMPILE_TIME_FIELD_NUMBER: _ClassVar[int]
    cpu_time: _duration_pb2.Duration
    memory_bytes: int
    output_bytes: int
    processes: int
    compile_time: _duration_pb2.Duration
    def __init__(self, cpu_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., memory_bytes: _Optional[int] = ..., output_bytes: _Optional[int] = ..., processes: _Optional[int] = ..., compile_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class InstructionTask(_message.Message):
    __slots__ = ("constraints", "scoring", "strictness")
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    SCORING_FIELD_NUMBER: _ClassVar[int]
    STRICTNESS_FIELD_NUMBER: _ClassVar[int]
    constraints: _containers.RepeatedCompositeFieldContainer[Constraint]
    scoring: Scoring
    strictness: Strictness
    def __init__(self, constraints: _Optional[_Iterable[_Union[Constraint, _Mapping]]] = ..., scoring: _Optional[_Union[Scoring, str]] = ..., strictness: _Optional[_Union[Strictness, str]] = ...) -> None: ...

class Constraint(_message.Message):
    __slots__ = ("id", "arguments")
    ID_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    arguments: _struct_pb2.Struct
    def __init__(self, id: _Optional[str] = ..., arguments: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class FormatRule(_message.Message):
    __slots__ = ("rule", "use", "weight", "arguments")
    RULE_FIELD_NUMBER: _ClassVar[int]
    USE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    rule: str
    use: FormatUse
    weight: float
    arguments: _struct_pb2.Struct
    def __init__(self, rule: _Optional[str] = ..., use: _Optional[_Union[FormatUse, str]] = ..., weight: _Optional[float] = ..., arguments: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Item(_message.Message):
    __slots__ = ("id", "response", "finish_reason", "task", "task_key", "options")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    FINISH_REASON_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    TASK_KEY_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    id: str
    response: str
    finish_reason: str
    task: Task
    task_key: str
    options: Options
    def __init__(self, id: _Optional[str] = ..., response: _Optional[str] = ..., finish_reason: _Optional[str] = ..., task: _Optional[_Union[Task, _Mapping]] = ..., task_key: _Optional[str] = ..., options: _Optional[_Union[Options, _Mapping]] = ...) -> None: ...

class Options(_message.Message):
    __slots__ = ("minimum_assurance", "pin_ruleset", "reveal_expected")
    MINIMUM_ASSURANCE_FIELD_NUMBER: _ClassVar[int]
    PIN_RULESET_FIELD_NUMBER: _ClassVar[int]
    REVEAL_EXPECTED_FIELD_NUMBER: _ClassVar[int]
    minimum_assurance: Assurance
    pin_ruleset: str
    reveal_expected: bool
    def __init__(self, minimum_assurance: _Optional[_Union[Assurance, str]] = ..., pin_ruleset: _Optional[str] = ..., reveal_expected: bool = ...) -> None: ...

class Judgement(_message.Message):
    __slots__ = ("id", "verdict", "score", "correct", "terms", "extracted", "detail", "cases", "assurance", "usage", "versions")
    class TermsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    CORRECT_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    EXTRACTED_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    ASSURANCE_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    id: str
    verdict: Verdict
    score: float
    correct: bool
    terms: _containers.ScalarMap[str, float]
    extracted: str
    detail: str
    cases: _containers.RepeatedCompositeFieldContainer[CaseResult]
    assurance: Assurance
    usage: Usage
    versions: Versions
    def __init__(self, id: _Optional[str] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., score: _Optional[float] = ..., correct: bool = ..., terms: _Optional[_Mapping[str, float]] = ..., extracted: _Optional[str] = ..., detail: _Optional[str] = ..., cases: _Optional[_Iterable[_Union[CaseResult, _Mapping]]] = ..., assurance: _Optional[_Union[Assurance, str]] = ..., usage: _Optional[_Union[Usage, _Mapping]] = ..., versions: _Optional[_Union[Versions, _Mapping]] = ...) -> None: ...

class CaseResult(_message.Message):
    __slots__ = ("index", "verdict", "usage", "detail")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    index: int
    verdict: Verdict
    usage: Usage
    detail: str
    def __init__(self, index: _Optional[int] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., usage: _Optional[_Union[Usage, _Mapping]] = ..., detail: _Optional[str] = ...) -> None: ...

class Usage(_message.Message):
    __slots__ = ("cpu", "wall", "memory_bytes", "queued", "limits_mode")
    CPU_FIELD_NUMBER: _ClassVar[int]
    WALL_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    LIMITS_MODE_FIELD_NUMBER: _ClassVar[int]
    cpu: _duration_pb2.Duration
    wall: _duration_pb2.Duration
    memory_bytes: int
    queued: _duration_pb2.Duration
    limits_mode: LimitsMode
    def __init__(self, cpu: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., wall: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., memory_bytes: _Optional[int] = ..., queued: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., limits_mode: _Optional[_Union[LimitsMode, str]] = ...) -> None: ...

class Versions(_message.Message):
    __slots__ = ("ruleset", "package", "toolchain")
    RULESET_FIELD_NUMBER: _ClassVar[int]
    PACKAGE_FIELD_NUMBER: _ClassVar[int]
    TOOLCHAIN_FIELD_NUMBER: _ClassVar[int]
    ruleset: str
    package: str
    toolchain: str
    def __init__(self, ruleset: _Optional[str] = ..., package: _Optional[str] = ..., toolchain: _Optional[str] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ("item",)
    ITEM_FIELD_NUMBER: _ClassVar[int]
    item: Item
    def __init__(self, item: _Optional[_Union[Item, _Mapping]] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ("judgement",)
    JUDGEMENT_FIELD_NUMBER: _ClassVar[int]
    judgement: Judgement
    def __init__(self, judgement: _Optional[_Union[Judgement, _Mapping]] = ...) -> None: ...

class VerifyBatchRequest(_message.Message):
    __slots__ = ("tasks", "items")
    class TasksEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Task
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Task, _Mapping]] = ...) -> None: ...
    TASKS_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.MessageMap[str, Task]
    items: _containers.RepeatedCompositeFieldContainer[Item]
    def __init__(self, tasks: _Optional[_Mapping[str, Task]] = ..., items: _Optional[_Iterable[_Union[Item, _Mapping]]] = ...) -> None: ...

class VerifyBatchResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[VerifyBatchResult]
    def __init__(self, results: _Optional[_Iterable[_Union[VerifyBatchResult, _Mapping]]] = ...) -> None: ...

class VerifyBatchResult(_message.Message):
    __slots__ = ("id", "judgement", "error")
    ID_FIELD_NUMBER: _ClassVar[int]
    JUDGEMENT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    id: str
    judgement: Judgement
    error: _status_pb2.Status
    def __init__(self, id: _Optional[str] = ..., judgement: _Optional[_Union[Judgement, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class VerifyStreamRequest(_message.Message):
    __slots__ = ("define", "item")
    DEFINE_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    define: DefineTask
    item: Item
    def __init__(self, define: _Optional[_Union[DefineTask, _Mapping]] = ..., item: _Optional[_Union[Item, _Mapping]] = ...) -> None: ...

class DefineTask(_message.Message):
    __slots__ = ("key", "chunk", "last")
    KEY_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    key: str
    chunk: bytes
    last: bool
    def __init__(self, key: _Optional[str] = ..., chunk: _Optional[bytes] = ..., last: bool = ...) -> None: ...

class VerifyStreamResponse(_message.Message):
    __slots__ = ("index", "id", "judgement", "error")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    JUDGEMENT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    index: int
    id: str
    judgement: Judgement
    error: _status_pb2.Status
    def __init__(self, index: _Optional[int] = ..., id: _Optional[str] = ..., judgement: _Optional[_Union[Judgement, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class CompareAnswersRequest(_message.Message):
    __slots__ = ("responses", "verifier", "choices")
    RESPONSES_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    responses: _containers.RepeatedScalarFieldContainer[str]
    verifier: str
    choices: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, responses: _Optional[_Iterable[str]] = ..., verifier: _Optional[str] = ..., choices: _Optional[_Iterable[str]] = ...) -> None: ...

class CompareAnswersResponse(_message.Message):
    __slots__ = ("clusters", "unanswered")
    CLUSTERS_FIELD_NUMBER: _ClassVar[int]
    UNANSWERED_FIELD_NUMBER: _ClassVar[int]
    clusters: _containers.RepeatedCompositeFieldContainer[AnswerCluster]
    unanswered: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, clusters: _Optional[_Iterable[_Union[AnswerCluster, _Mapping]]] = ..., unanswered: _Optional[_Iterable[int]] = ...) -> None: ...

class AnswerCluster(_message.Message):
    __slots__ = ("representative", "members")
    REPRESENTATIVE_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    representative: str
    members: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, representative: _Optional[str] = ..., members: _Optional[_Iterable[int]] = ...) -> None: ...

class GetCapabilitiesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCapabilitiesResponse(_message.Message):
    __slots__ = ("verifiers", "languages", "checkers", "maximum_limits", "isolation", "versions", "slots", "maximum_message_bytes")
    VERIFIERS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    CHECKERS_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_LIMITS_FIELD_NUMBER: _ClassVar[int]
    ISOLATION_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    verifiers: _containers.RepeatedCompositeFieldContainer[VerifierCapability]
    languages: _containers.RepeatedCompositeFieldContainer[LanguageCapability]
    checkers: _containers.RepeatedScalarFieldContainer[str]
    maximum_limits: Limits
    isolation: Isolation
    versions: Versions
    slots: int
    maximum_message_bytes: int
    def __init__(self, verifiers: _Optional[_Iterable[_Union[VerifierCapability, _Mapping]]] = ..., languages: _Optional[_Iterable[_Union[LanguageCapability, _Mapping]]] = ..., checkers: _Optional[_Iterable[str]] = ..., maximum_limits: _Optional[_Union[Limits, _Mapping]] = ..., isolation: _Optional[_Union[Isolation, _Mapping]] = ..., versions: _Optional[_Union[Versions, _Mapping]] = ..., slots: _Optional[int] = ..., maximum_message_bytes: _Optional[int] = ...) -> None: ...

class VerifierCapability(_message.Message):
    __slots__ = ("name", "shape", "description")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    name: str
    shape: str
    description: str
    def __init__(self, name: _Optional[str] = ..., shape: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class LanguageCapability(_message.Message):
    __slots__ = ("name", "available", "reason", "version", "default_limits")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_LIMITS_FIELD_NUMBER: _ClassVar[int]
    name: str
    available: bool
    reason: str
    version: str
    default_limits: Limits
    def __init__(self, name: _Optional[str] = ..., available: bool = ..., reason: _Optional[str] = ..., version: _Optional[str] = ..., default_limits: _Optional[_Union[Limits, _Mapping]] = ...) -> None: ...

class Isolation(_message.Message):
    __slots__ = ("launch_mode", "limits_mode", "separate_uids", "warnings")
    LAUNCH_MODE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_MODE_FIELD_NUMBER: _ClassVar[int]
    SEPARATE_UIDS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    launch_mode: LaunchMode
    limits_mode: LimitsMode
    separate_uids: bool
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, launch_mode: _Optional[_Union[LaunchMode, str]] = ..., limits_mode: _Optional[_Union[LimitsMode, str]] = ..., separate_uids: bool = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...
