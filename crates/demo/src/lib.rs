//! A stand-in Diffgram and a small identity provider, for the demo and for tests only. Never for production.
#![forbid(unsafe_code)]
#![expect(clippy::result_large_err, reason = "a refusal is a whole answer here, and speed does not matter")]
#![expect(clippy::cast_possible_wrap, reason = "small numbers of made-up things")]

pub mod diffgram;
pub mod people;
pub mod provider;
mod server;
pub mod shop;
