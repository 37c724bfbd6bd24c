//! One stream for all tabs of a person: the tab that holds a lock of the browser has it, and hands on what comes; when that tab
//! goes, the lock falls to another one, which goes on after the last event that was heard. Where the browser has no locks
//! (Web Locks API), each tab has a stream of its own. The browser comes back by itself when a stream breaks, with the id of the
//! last event it saw.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use leptos::prelude::*;
use portal_model::api::{event, path};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::{LiveState, heard};
use crate::{app::Portal, paths, platform, session::SessionState};

/// A stream that was refused is asked for again after this and up to twice as long, in milliseconds.
const REFUSED: f64 = 4_000.0;
/// What tabs tell each other besides events: how the stream is, and the question for it.
const OPEN: &str = "open";
const CLOSED: &str = "closed";
const HELLO: &str = "hello";

type Listener = Closure<dyn FnMut(web_sys::Event)>;

/// This tab's part in it; ends when dropped.
pub(super) struct Shared {
    me: Rc<Tab>,
    _listener: Option<Listener>,
}

struct Tab {
    portal: Portal,
    channel: Option<web_sys::BroadcastChannel>,
    /// The stream, while this tab has it.
    stream: RefCell<Option<Stream>>,
    /// The id of the last event that was heard, here or elsewhere.
    last: RefCell<String>,
    /// Gives the lock back.
    release: RefCell<Option<js_sys::Function>>,
    /// Stops waiting for the lock.
    waiting: Option<web_sys::AbortController>,
    over: Cell<bool>,
}

/// A stream with its listener; closes when dropped.
struct Stream {
    source: web_sys::EventSource,
    _listener: Listener,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let tab = &self.me;
        tab.over.set(true);
        tab.stream.borrow_mut().take();
        if let Some(channel) = &tab.channel {
            channel.close();
        }
        if let Some(waiting) = &tab.waiting {
            waiting.abort();
        }
        if let Some(release) = tab.release.borrow_mut().take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Shared {
    /// Takes part.
    pub(super) fn start(portal: Portal) -> Self {
        // Another person, another pair of eyes, another place: another stream.
        let name = portal.session.with_untracked(|state| match state {
            SessionState::In(session) => {
                let by = session.seen_by.as_ref().map(|seen| &seen.name);
                format!("portal.events {} {:?} {:?} {by:?}", paths::base(), session.email, session.name)
            }
            _ => String::new(),
        });
        let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object);
        let channel = locks.as_ref().and_then(|_| web_sys::BroadcastChannel::new(&name).ok());
        let me = Rc::new(Tab {
            portal,
            stream: RefCell::default(),
            last: RefCell::default(),
            release: RefCell::default(),
            waiting: web_sys::AbortController::new().ok(),
            over: Cell::new(false),
            channel,
        });
        portal.live.set(LiveState::Connecting);
        let listener = me.channel.as_ref().map(|channel| {
            let tab = Rc::downgrade(&me);
            let listener = Listener::new(move |event: web_sys::Event| {
                if let (Some(tab), Some(message)) = (tab.upgrade(), event.dyn_ref::<web_sys::MessageEvent>()) {
                    tab.told(&js_sys::Array::from(&message.data()));
                }
            });
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
            listener
        });
        match (locks, &me.channel) {
            (Some(locks), Some(_)) => {
                me.tell(&[HELLO]);
                wait_for(&locks, &name, &me);
            }
            _ => me.open(),
        }
        Self { me, _listener: listener }
    }

    /// The machine slept: the stream may be dead without knowing it. What was missed is read again anyway.
    pub(super) fn slept(&self) {
        if self.me.stream.borrow_mut().take().is_some() {
            self.me.last.borrow_mut().clear();
            self.me.open();
        }
    }
}

/// Waits for the lock, and has the stream from then on until the tab's part ends.
fn wait_for(locks: &JsValue, name: &str, me: &Rc<Tab>) {
    let tab = Rc::downgrade(me);
    let granted = Closure::once_into_js(move |_: JsValue| -> JsValue {
        let Some(tab) = tab.upgrade().filter(|tab| !tab.over.get()) else { return JsValue::UNDEFINED };
        tab.open();
        // Held until this is kept.
        js_sys::Promise::new(&mut |keep, _| *tab.release.borrow_mut() = Some(keep)).into()
    });
    let options = js_sys::Object::new();
    if let Some(waiting) = &me.waiting {
        let _ = js_sys::Reflect::set(&options, &"signal".into(), &waiting.signal());
    }
    let request =
        js_sys::Reflect::get(locks, &"request".into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    let asked = request.and_then(|request| request.call3(locks, &name.into(), &options, &granted).ok());
    match asked.and_then(|promise| promise.dyn_into::<js_sys::Promise>().ok()) {
        Some(promise) => {
            let tab = Rc::downgrade(me);
            leptos::task::spawn_local(async move {
                let refused = wasm_bindgen_futures::JsFuture::from(promise).await.is_err();
                // A tab that stops waiting wanted that; others are in a frame that may keep nothing here, locks neither.
                if let Some(tab) = tab.upgrade().filter(|tab| refused && !tab.over.get()) {
                    tab.open();
                }
            });
        }
        None => me.open(),
    }
}

impl Tab {
    /// Tells the other tabs.
    fn tell(&self, words: &[&str]) {
        if let Some(channel) = &self.channel {
            let words: js_sys::Array = words.iter().map(|word| JsValue::from_str(word)).collect();
            let _ = channel.post_message(&words);
        }
    }

    /// Another tab tells something.
    fn told(&self, words: &js_sys::Array) {
        let word = |at: u32| words.get(at).as_string().unwrap_or_default();
        match word(0).as_str() {
            HELLO => {
                if self.stream.borrow().is_some() {
                    self.tell_state();
                }
            }
            OPEN | CLOSED => {
                let is_open = word(0) == OPEN;
                self.keep(word(1));
                let _ = self.portal.live.try_set(if is_open { LiveState::Open } else { LiveState::Connecting });
            }
            name => {
                self.keep(word(1));
                heard(self.portal, name, &word(2));
            }
        }
    }

    /// Keeps the id of an event: where another tab goes on.
    fn keep(&self, id: String) {
        if !id.is_empty() {
            *self.last.borrow_mut() = id;
        }
    }

    fn tell_state(&self) {
        let is_open = self.portal.live.try_get_untracked() == Some(LiveState::Open);
        let last = self.last.borrow().clone();
        self.tell(&[if is_open { OPEN } else { CLOSED }, &last]);
    }

    fn set(&self, state: LiveState) {
        let _ = self.portal.live.try_set(state);
        self.tell_state();
    }

    /// Opens the stream here, after what was heard last.
    fn open(self: &Rc<Self>) {
        let last = self.last.borrow().clone();
        let mut url = paths::at(path::EVENTS);
        if !last.is_empty() {
            url.push_str("?last_event_id=");
            url.push_str(&last);
        }
        let Ok(source) = web_sys::EventSource::new(&url) else { return };
        let (tab, state) = (Rc::downgrade(self), source.clone());
        let listener = Listener::new(move |event: web_sys::Event| {
            if let Some(tab) = tab.upgrade() {
                came(&tab, &state, &event);
            }
        });
        let names = [
            "open",
            "error",
            event::TASK,
            event::GONE,
            event::OTHER,
            event::RESYNC,
            event::FRESHNESS,
            event::SIGNED_OUT,
        ];
        for name in names {
            let _ = source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        }
        *self.stream.borrow_mut() = Some(Stream { source, _listener: listener });
        self.set(LiveState::Connecting);
    }
}

/// Something came in the stream of this tab.
fn came(tab: &Rc<Tab>, source: &web_sys::EventSource, event: &web_sys::Event) {
    let name = event.type_();
    match (name.as_str(), event.dyn_ref::<web_sys::MessageEvent>()) {
        ("open", _) => tab.set(LiveState::Open),
        (_, Some(message)) => {
            let data = message.data().as_string().unwrap_or_default();
            let id = message.last_event_id();
            tab.tell(&[&name, &id, &data]);
            tab.keep(id);
            heard(tab.portal, &name, &data);
        }
        _ => {
            // Closed for good by a refusal: ask once who is signed in; the answer says what to do.
            let refused = source.ready_state() == web_sys::EventSource::CLOSED;
            tab.set(if refused { LiveState::Closed } else { LiveState::Connecting });
            if refused {
                tab.portal.inbox.read_again(tab.portal);
                try_again(Rc::downgrade(tab));
            }
        }
    }
}

/// Whatever stood between us and the gateway may be gone in a moment. Without a session nothing is tried: signing in is next.
fn try_again(tab: Weak<Tab>) {
    leptos::task::spawn_local(async move {
        platform::sleep((REFUSED * (1.0 + js_sys::Math::random())) as u32).await;
        let Some(tab) = tab.upgrade() else { return };
        if !tab.over.get() && tab.portal.expired.try_get_untracked() == Some(false) {
            tab.open();
        }
    });
}
