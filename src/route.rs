//! Where the page is: its address as a signal, links that stay inside, back and forward. The browser's own history does the
//! work; a router library would be an eighth of the first page (`docs/adr/0007-no-router.md`).

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    paths::{self, Page},
    platform,
    ui::readers::forget,
};

/// Path and query of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Path, from `/`.
    pub path: String,
    /// The query without its `?`, as it stands in the address.
    pub query: String,
}

impl Address {
    fn now() -> Self {
        let location = platform::location();
        let query = location.search().unwrap_or_default();
        Self {
            path: location.pathname().unwrap_or_default(),
            query: query.strip_prefix('?').unwrap_or(&query).to_owned(),
        }
    }

    /// Path and query as one text.
    pub fn to_text(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// A parameter of the query, decoded; the first of its name.
    pub fn parameter(&self, name: &str) -> Option<String> {
        web_sys::UrlSearchParams::new_with_str(&self.query).ok()?.get(name)
    }
}

/// The address of the page. Made once, at the root.
#[derive(Clone, Copy)]
pub struct Route {
    address: RwSignal<Address>,
}

impl Route {
    /// Follows the browser from now on.
    pub fn start() -> Self {
        let address = RwSignal::new(Address::now());
        let route = Self { address };
        // Both live as long as the page.
        window_event_listener(ev::popstate, move |_| address.set(Address::now()));
        window_event_listener(ev::click, move |event| route.click(&event));
        route
    }

    /// Whoever read the address and is gone is forgotten.
    pub fn left(self) {
        forget(&self.address);
    }

    /// The address, followed.
    pub fn address(self) -> Signal<Address> {
        self.address.into()
    }

    /// The page of the address, followed.
    pub fn page(self) -> Memo<Option<Page>> {
        Memo::new(move |_| paths::page(&self.address.read().path))
    }

    /// A parameter of the query, as it is now.
    pub fn parameter(self, name: &str) -> Option<String> {
        self.address.with_untracked(|address| address.parameter(name))
    }

    /// Goes to an address of the portal, as a new step of the history.
    pub fn go(self, to: &str) {
        self.travel(to, false);
    }

    /// The same in place of the step that is shown.
    pub fn replace(self, to: &str) {
        self.travel(to, true);
    }

    fn travel(self, to: &str, replace: bool) {
        let Ok(history) = window().history() else { return platform::leave_for(to) };
        let done = if replace {
            history.replace_state_with_url(&JsValue::NULL, "", Some(to))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(to))
        };
        // Refused for addresses of others, and where a browser thinks it too many.
        if done.is_err() {
            return platform::leave_for(to);
        }
        let (before, now) = (self.address.get_untracked().path, Address::now());
        let moved = before != now.path;
        self.address.set(now);
        if moved {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// A plain click on a link to one of our pages stays inside; everything else is the browser's.
    fn click(self, event: &web_sys::MouseEvent) {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(link) = target.and_then(|element| element.closest("a[href]").ok().flatten()) else { return };
        let other = |name: &str| link.get_attribute(name).is_some_and(|value| !value.is_empty() && value != "_self");
        if other("target") || link.has_attribute("download") {
            return;
        }
        let location = platform::location();
        let base = location.href().unwrap_or_default();
        let Ok(url) = web_sys::Url::new_with_base(&link.get_attribute("href").unwrap_or_default(), &base) else {
            return;
        };
        // A place on this page is the browser's too, and so is what is no page of ours.
        let inside = Some(url.origin()) == location.origin().ok() && url.hash().is_empty();
        if !inside || matches!(paths::page(&url.pathname()), None | Some(Page::Go)) {
            return;
        }
        event.prevent_default();
        let to = format!("{}{}", url.pathname(), url.search());
        if location.pathname().is_ok_and(|path| path == url.pathname())
            && location.search().is_ok_and(|search| search == url.search())
        {
            self.replace(&to);
        } else {
            self.go(&to);
        }
    }
}
