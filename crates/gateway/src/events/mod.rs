//! What changed, to everybody who listens. Who may hear what is decided by `policy`, per stream, when it is sent.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use portal_model::id::ProjectId;
use tokio::sync::broadcast;

use crate::index::Change;

/// Changes a slow stream may fall behind before it must read again (GWF-07).
const QUEUE: usize = 512;
/// Changes kept for streams that come back with `Last-Event-ID`.
const KEPT: usize = 2_048;

/// Something that streams are told of.
#[derive(Clone, Debug)]
pub enum Happening {
    /// A task came, changed, or went.
    Task(Arc<Change>),
    /// How true the index is changed.
    Freshness,
    /// These (folded) e-mail addresses became members, stopped being members, or belong to another member now.
    Members(Arc<BTreeSet<String>>),
    /// More tasks of this project changed than can be told one by one.
    Many(ProjectId),
}

/// A happening with its number.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// Counts up from 1 in each run of the gateway.
    pub number: u64,
    /// What happened.
    pub what: Happening,
}

/// A stream's end.
#[derive(Debug)]
pub struct Listening {
    /// What comes.
    pub receiver: broadcast::Receiver<Numbered>,
    /// What was missed, or `None` if that is not known any more.
    pub missed: Option<Vec<Numbered>>,
    /// The number of the last happening before what comes.
    pub now: u64,
}

/// The fan-out. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Events {
    sender: broadcast::Sender<Numbered>,
    kept: Arc<Mutex<(u64, VecDeque<Numbered>)>>,
    /// Names this run: numbers of another run mean nothing.
    run: Arc<str>,
}

impl Default for Events {
    fn default() -> Self {
        Self::new()
    }
}

impl Events {
    /// Nobody listens yet.
    #[must_use]
    pub fn new() -> Self {
        let run = uuid::Uuid::now_v7().simple().to_string();
        Self { sender: broadcast::Sender::new(QUEUE), kept: Arc::default(), run: run.into() }
    }

    /// Tells of something.
    pub fn tell(&self, what: Happening) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let numbered = Numbered { number: kept.0, what };
        kept.1.push_back(numbered.clone());
        if kept.1.len() > KEPT {
            kept.1.pop_front();
        }
        // Sent while the lock is held, so that `listen` misses nothing between the two. Nobody listening is fine.
        let _ = self.sender.send(numbered);
    }

    /// Tells of changes of tasks.
    pub fn tell_changes(&self, changes: Vec<Change>) {
        for change in changes {
            self.tell(Happening::Task(Arc::new(change)));
        }
    }

    /// Starts to listen. With the id of the last event seen: also what was missed, or `None` if that is not known any more.
    #[must_use]
    pub fn listen(&self, last: Option<&str>) -> Listening {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.sender.subscribe();
        let Some(last) = last else { return Listening { receiver, missed: Some(Vec::new()), now: kept.0 } };
        let number = last
            .split_once('-')
            .filter(|(run, _)| **run == *self.run)
            .and_then(|(_, number)| number.parse::<u64>().ok());
        let oldest = kept.1.front().map_or(kept.0 + 1, |first| first.number);
        let missed = number
            .filter(|number| *number <= kept.0 && number + 1 >= oldest)
            .map(|number| kept.1.iter().filter(|event| event.number > number).cloned().collect());
        Listening { receiver, missed, now: kept.0 }
    }

    /// The id of an event, as streams send it.
    #[must_use]
    pub fn id(&self, number: u64) -> String {
        format!("{}-{number}", self.run)
    }

    /// How many streams listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cli_02_who_comes_back_hears_what_was_missed_or_is_told_to_read_again() {
        let events = Events::new();
        for _ in 0..5 {
            events.tell(Happening::Freshness);
        }
        let numbers = |last: &str| {
            events.listen(Some(last)).missed.map(|missed| missed.iter().map(|e| e.number).collect::<Vec<_>>())
        };
        assert_eq!(numbers(&events.id(3)), Some(vec![4, 5]));
        assert_eq!(numbers(&events.id(5)), Some(vec![]));
        assert_eq!(numbers(&events.id(6)), None, "from the future");
        assert_eq!(numbers("otherrun-3"), None);
        assert_eq!(numbers("\u{0}"), None);
        for _ in 0..KEPT + 10 {
            events.tell(Happening::Freshness);
        }
        assert_eq!(numbers(&events.id(3)), None, "too long ago");
    }
}
