//! A whole portal in the test's own process, and browsers to visit it with.

mod browser;
pub mod files;
pub mod schemas;
mod stream;
mod world;

pub use browser::{Answer, Browser};
pub use stream::Stream;
pub use world::{Setup, World, bind, write_config};

use std::time::Duration;

/// Asks again until it holds; fails after the given time with what was waited for.
pub async fn eventually<F: Future<Output = bool>>(what: &str, within: Duration, mut holds: impl FnMut() -> F) {
    let end = tokio::time::Instant::now() + within;
    while !holds().await {
        assert!(tokio::time::Instant::now() < end, "not within {within:?}: {what}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
