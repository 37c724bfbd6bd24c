//! The event stream: what changes, as it happens. All tabs of a person share one ([`stream`]).

mod stream;

use leptos::{ev, prelude::*};
use portal_model::{
    api::{
        Freshness,
        event::{self, Gone},
    },
    task::TaskRow,
};

use crate::{app::Portal, platform, session};

/// Whether the stream is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// Not started, or ended for good.
    Closed,
    /// Between two tries.
    Connecting,
    /// Open.
    Open,
}

/// A gap between two ticks of a timer that long means the machine slept, in milliseconds.
const SLEPT: f64 = 90_000.0;
/// Reading again is spread over this long, in milliseconds, so that a fleet, and the tabs of one person, do not come at once.
const SPREAD: f64 = 1_500.0;

/// Listens for as long as the component that calls this is shown.
pub fn start(portal: Portal) {
    let stream = StoredValue::new_local(Some(stream::Shared::start(portal)));
    on_cleanup(move || {
        // Another tab goes on with it.
        let _ = stream.try_update_value(Option::take);
        let _ = portal.live.try_set(LiveState::Closed);
    });
    // A stream does not notice that the machine slept.
    let last = StoredValue::new(platform::now());
    let woke = move || {
        let gap = platform::now() - last.get_value();
        last.set_value(platform::now());
        if gap > SLEPT {
            stream.with_value(|stream| stream.iter().for_each(stream::Shared::slept));
            read_again(portal);
        }
    };
    let timer = set_interval_with_handle(woke, std::time::Duration::from_secs(20)).ok();
    let visible = window_event_listener(ev::visibilitychange, move |_| woke());
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
        visible.remove();
    });
}

/// What is shown is read again, once, however many ask for it meanwhile.
fn read_again(portal: Portal) {
    if portal.rereading.get_value() {
        return;
    }
    portal.rereading.set_value(true);
    leptos::task::spawn_local(async move {
        platform::sleep((js_sys::Math::random() * SPREAD) as u32).await;
        portal.rereading.set_value(false);
        portal.inbox.read_again(portal);
        let _ = portal.again.try_update(|again| *again += 1);
    });
}

/// How true the index is, as the stream or an answer says. Whoever hears first that the first reading is over, reads again:
/// those who hear it later do not know that it is news.
pub fn known(portal: Portal, freshness: Freshness) {
    // Nothing known yet: the first list is on its way, and says for itself how complete it is.
    let was_reading = portal.freshness.with_untracked(|known| known.as_ref().is_some_and(|known| !known.complete));
    let first_reading_over = freshness.complete && was_reading;
    let _ = portal.freshness.try_set(Some(freshness));
    if first_reading_over {
        portal.inbox.read_again(portal);
        let _ = portal.again.try_update(|again| *again += 1);
    }
}

/// Something came, in this tab's stream or from the tab that has it.
fn heard(portal: Portal, name: &str, data: &str) {
    match name {
        event::TASK => {
            if let Ok(row) = serde_json::from_str::<TaskRow>(data) {
                portal.inbox.changed(portal, row);
            }
        }
        event::GONE | event::OTHER => {
            if let Ok(gone) = serde_json::from_str::<Gone>(data) {
                if name == event::GONE { portal.inbox.gone(portal, gone.id) } else { portal.inbox.other(portal) }
            }
        }
        event::RESYNC => read_again(portal),
        event::FRESHNESS => {
            if let Ok(freshness) = serde_json::from_str::<Freshness>(data) {
                known(portal, freshness);
            }
        }
        // The browser comes back by itself: with a session that still holds, all goes on.
        event::SIGNED_OUT => session::left_elsewhere(portal),
        _ => {}
    }
}
