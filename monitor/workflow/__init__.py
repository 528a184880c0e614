"""闭环流程 closed loops as pure state machines."""
