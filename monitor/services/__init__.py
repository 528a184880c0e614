"""业务办理 writes: one function, one use case, one transaction, one audit entry."""
