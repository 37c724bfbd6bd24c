//! The time, passed in, so that tests can move it.

use std::sync::Arc;

use jiff::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}

/// A shared clock.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock in a struct that prints.
#[derive(Clone)]
pub struct Handle(pub SharedClock);

impl Handle {
    /// Now, in UTC.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// A moment as it travels: RFC 3339 in UTC with six digits, so that text order is time order.
#[must_use]
pub fn wire(moment: Timestamp) -> portal_model::time::Timestamp {
    portal_model::time::Timestamp(format!("{moment:.6}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_order_is_time_order() {
        let early: Timestamp = "2026-11-23T23:08:50Z".parse().unwrap();
        let late: Timestamp = "2026-11-23T23:08:50.5Z".parse().unwrap();
        assert_eq!(wire(early).0, "2026-11-23T23:08:50.000000Z");
        assert!(wire(early) < wire(late));
    }
}
