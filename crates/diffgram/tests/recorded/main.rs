//! The client against recorded answers of a real Diffgram (`recorded/`), whole, refused, broken and late.
#![cfg(test)]

mod answers;
mod broken;
mod calls;
mod refusals;
mod requests;
mod server;
mod travel;
mod webhook;
