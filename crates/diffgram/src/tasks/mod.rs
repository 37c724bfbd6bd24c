//! Tasks: reading lists of them, and assigning them.

pub(crate) mod assign;
mod list;
mod marks;
