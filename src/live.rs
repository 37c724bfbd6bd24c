//! The event stream: what changes, as it happens. The browser comes back by itself, with the id of the last event it saw.

use leptos::{ev, prelude::*};
use portal_model::{
    api::{
        Freshness,
        event::{self, Gone},
        path,
    },
    task::TaskRow,
};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, closure::Closure};

use crate::{app::Portal, paths, platform, session};

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

type Listener = Closure<dyn FnMut(web_sys::Event)>;

/// The stream with its listeners; closes when dropped.
struct Stream {
    source: web_sys::EventSource,
    _listeners: Vec<Listener>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Opens the stream for as long as the component that calls this is shown.
pub fn start(portal: Portal) {
    let stream = StoredValue::new_local(open(portal));
    on_cleanup(move || {
        let _ = stream.try_update_value(|stream| *stream = None);
        let _ = portal.live.try_set(LiveState::Closed);
    });
    // A stream does not notice that the machine slept: read again, at a moment of our own so that a fleet does not come at once.
    let last = StoredValue::new(platform::now());
    let woke = move || {
        let gap = platform::now() - last.get_value();
        last.set_value(platform::now());
        if gap > SLEPT {
            let _ = stream.try_update_value(|stream| *stream = open(portal));
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

fn read_again(portal: Portal) {
    leptos::task::spawn_local(async move {
        platform::sleep((js_sys::Math::random() * 1_500.0) as u32).await;
        portal.inbox.read_again(portal);
        let _ = portal.again.try_update(|again| *again += 1);
    });
}

fn open(portal: Portal) -> Option<Stream> {
    let source = web_sys::EventSource::new(&paths::at(path::EVENTS)).ok()?;
    portal.live.set(LiveState::Connecting);
    let mut listeners = Vec::new();
    let mut on = |name: &str, mut handle: Box<dyn FnMut(web_sys::Event)>| {
        let listener = Listener::new(move |event: web_sys::Event| handle(event));
        let _ = source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        listeners.push(listener);
    };
    on(
        "open",
        Box::new(move |_| {
            let _ = portal.live.try_set(LiveState::Open);
        }),
    );
    let state = source.clone();
    on(
        "error",
        Box::new(move |_| {
            // Closed for good by a refusal: ask once who is signed in; the answer says what to do.
            let over = state.ready_state() == web_sys::EventSource::CLOSED;
            let _ = portal.live.try_set(if over { LiveState::Closed } else { LiveState::Connecting });
            if over {
                portal.inbox.read_again(portal);
            }
        }),
    );
    on(
        event::TASK,
        Box::new(move |said| {
            if let Some(row) = data::<TaskRow>(&said) {
                portal.inbox.changed(portal, row);
            }
        }),
    );
    on(
        event::GONE,
        Box::new(move |said| {
            if let Some(gone) = data::<Gone>(&said) {
                portal.inbox.gone(portal, gone.id);
            }
        }),
    );
    on(event::RESYNC, Box::new(move |_| read_again(portal)));
    on(
        event::FRESHNESS,
        Box::new(move |said| {
            if let Some(freshness) = data::<Freshness>(&said) {
                // Nothing known yet: the first list is on its way, and says for itself how complete it is.
                let was_reading =
                    portal.freshness.with_untracked(|known| known.as_ref().is_some_and(|known| !known.complete));
                let first_reading_over = freshness.complete && was_reading;
                let _ = portal.freshness.try_set(Some(freshness));
                if first_reading_over {
                    portal.inbox.read_again(portal);
                    let _ = portal.again.try_update(|again| *again += 1);
                }
            }
        }),
    );
    // The browser comes back by itself: with a session that still holds, all goes on.
    on(event::SIGNED_OUT, Box::new(move |_| session::left_elsewhere(portal)));
    Some(Stream { source, _listeners: listeners })
}

fn data<T: DeserializeOwned>(event: &web_sys::Event) -> Option<T> {
    let text = event.dyn_ref::<web_sys::MessageEvent>()?.data().as_string()?;
    serde_json::from_str(&text).ok()
}
