//! How models do: numbers of one file, and of all files of a view.

pub mod chart;
pub mod matrix;
