"""What an agent does with LangGraph's own savers: `fill` an empty database, `tell` its threads' history, `work` on.

CHECKPOINTS names the database, `sqlite:PATH` or `postgres://…`. The thread `demo` has branched, and waits for an approval.
`tell` prints the same for a database and for what was restored from it.
"""

import operator
import os
import sys
from typing import Annotated, TypedDict

from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

URL = os.environ["CHECKPOINTS"]
DEMO = {"configurable": {"thread_id": "demo"}}


class State(TypedDict):
    notes: Annotated[list, operator.add]
    steps: Annotated[int, operator.add]


def draft(state):
    return {"notes": [f"draft after {len(state['notes'])} – »é«", b"\x00\xff"], "steps": 1}


def review(state):
    return {"notes": [interrupt({"approve": state["steps"]})], "steps": 1}


def agent(saver):
    graph = StateGraph(State)
    graph.add_node("draft", draft)
    graph.add_node("review", review)
    graph.add_edge(START, "draft")
    graph.add_edge("draft", "review")
    graph.add_edge("review", END)
    return graph.compile(checkpointer=saver)


def fill(saver, graph):
    graph.invoke({"notes": ["hello"], "steps": 0}, DEMO)
    graph.invoke(Command(resume="yes"), DEMO)
    earlier = [state.config for state in graph.get_state_history(DEMO) if state.next == ("review",)]
    # Another draft at an earlier point, and another answer: a branch.
    branch = graph.update_state(earlier[-1], {"notes": ["otherwise"], "steps": 0})
    graph.invoke(Command(resume="no"), branch)
    graph.invoke({"notes": ["and now"], "steps": 0}, DEMO)
    parents = [found.parent_config["configurable"]["checkpoint_id"] for found in saver.list(DEMO) if found.parent_config]
    assert len(set(parents)) < len(parents), "no branch"
    graph.invoke({"notes": ["nobody's"], "steps": 0}, {"configurable": {"thread_id": "private"}})


def tell(saver, graph):
    for found in saver.list(DEMO):
        parent = found.parent_config and found.parent_config["configurable"]["checkpoint_id"]
        print(found.config["configurable"]["checkpoint_id"], "after", parent)
        print("  ", sorted(found.metadata.items()))
        print("  ", sorted(found.checkpoint["channel_values"].items(), key=str))
        print("  ", sorted(found.pending_writes, key=str))
    for state in graph.get_state_history(DEMO):
        print(state.next, state.values, [task.interrupts for task in state.tasks])


def work(saver, graph):
    """The approval that the thread waits for, then another round."""
    before = [found.config["configurable"]["checkpoint_id"] for found in saver.list(DEMO)]
    waiting = graph.get_state(DEMO)
    assert waiting.next == ("review",), waiting
    done = graph.invoke(Command(resume="at last"), DEMO)
    assert done["notes"][-1] == "at last" and done["steps"] == waiting.values["steps"] + 1, done
    again = graph.invoke({"notes": ["more"], "steps": 0}, DEMO)
    assert len(again["notes"]) == len(done["notes"]) + 3, again
    after = list(saver.list(DEMO))
    added = [found for found in after if found.config["configurable"]["checkpoint_id"] not in before]
    assert len(after) == len(before) + len(added) and added, after
    first = added[-1].parent_config["configurable"]["checkpoint_id"]
    assert first == before[0], (first, before)
    saver.delete_thread("demo")
    assert not list(saver.list(DEMO))
    print(f"worked on: {len(added)} checkpoints after {len(before)}")


kind = SqliteSaver if URL.startswith("sqlite:") else PostgresSaver
with kind.from_conn_string(URL.removeprefix("sqlite:")) as saver:
    saver.setup()
    {"fill": fill, "tell": tell, "work": work, "setup": lambda *_: None}[sys.argv[1]](saver, agent(saver))
