//! How far a long reading has come, for the log: how fast it is, and about how long it still takes.

use std::time::{Duration, Instant};

use portal_model::id::ProjectId;

use crate::words::{grouped, lasting, whole};

/// Lines of the log are at least so far apart.
const EVERY: Duration = Duration::from_secs(10);

/// A long reading under way.
#[derive(Debug)]
pub(super) struct Progress {
    /// What is read, in words of people.
    what: &'static str,
    begun: Instant,
    said: Instant,
    /// What had been read when it began.
    already: Option<u32>,
}

impl Progress {
    /// It begins now.
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, begun: Instant::now(), said: Instant::now(), already: None }
    }

    /// Whether it is time for a line.
    pub(super) fn is_due(&self) -> bool {
        self.said.elapsed() >= EVERY
    }

    /// Notes where it begins: what was read before tells nothing about how fast it is.
    pub(super) fn from(&mut self, read: u32) {
        self.already.get_or_insert(read);
    }

    /// Says how far it has come.
    pub(super) fn say(&mut self, project: &ProjectId, read: u32, total: u32) {
        self.said = Instant::now();
        let new = read.saturating_sub(self.already.unwrap_or_default());
        let words = words(self.what, read, total, rate(new, self.begun.elapsed()));
        tracing::info!(%project, read, total, "sync.progress: {words}");
    }
}

/// Rows a second.
pub(super) fn rate(rows: u32, elapsed: Duration) -> f64 {
    f64::from(rows) / elapsed.as_secs_f64().max(0.001)
}

fn words(what: &str, read: u32, total: u32, rate: f64) -> String {
    let left = if rate > 0.0 {
        let seconds = f64::from(total.saturating_sub(read)) / rate;
        format!("about {} left", lasting(seconds))
    } else {
        "not moving".to_owned()
    };
    format!("{what} {} of {}, {} a second, {left}", grouped(read), grouped(total), grouped(whole(rate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_far_how_fast_and_how_long() {
        assert_eq!(
            words("tasks", 62_000, 100_000, 1_900.0),
            "tasks 62,000 of 100,000, 1,900 a second, about 20 s left"
        );
        assert_eq!(words("files", 10, 1_234_567, 30.0), "files 10 of 1,234,567, 30 a second, about 11.4 h left");
        assert_eq!(words("files", 0, 10_000, 30.0), "files 0 of 10,000, 30 a second, about 6 min left");
        assert_eq!(words("files", 0, 10, 0.0), "files 0 of 10, 0 a second, not moving");
        assert_eq!(words("files", 10, 10, 0.4), "files 10 of 10, 0 a second, about 0 s left");
    }
}
