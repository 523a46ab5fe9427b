//! Tape to tape: derivatives, batching, simplification. Each function takes a tape and gives a tape, so all compose.
