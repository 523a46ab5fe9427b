//! WHAT a program is: shapes, op tables, tapes and what can be done to a tape without knowing any number.
