//! Files in my sight.

pub mod get;
