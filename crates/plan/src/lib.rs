//! IN WHICH ORDER: problems, bracketings and their costs. No tapes, numbers, clocks, threads or files.
