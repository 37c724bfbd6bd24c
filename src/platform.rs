//! The browser: the few things of it that are used, each with an answer for when it refuses.

use std::{cell::Cell, panic::PanicHookInfo, rc::Rc};

use leptos::prelude::*;
use portal_model::{api::CrashReport, time::Timestamp};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::text::language;

/// Where the page is.
pub fn location() -> web_sys::Location {
    window().location()
}

/// Path, query and fragment of where the page is.
pub fn here() -> String {
    let location = location();
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    format!("{}{}{}", part(location.pathname()), part(location.search()), part(location.hash()))
}

/// Leaves for another address.
pub fn leave_for(url: &str) {
    // Refused only for addresses that are none.
    let _ = location().assign(url);
}

/// The page shows something: what stood in its place before the wasm ran goes (`init.js`).
pub fn started() {
    let _ = of_init("portalShown").and_then(|shown| shown.call0(&JsValue::UNDEFINED).ok());
}

/// Asks for the styles of a part of the page (`init.js`); keeps its promise when they apply.
pub fn styles(part: &str) -> Option<js_sys::Promise> {
    of_init("portalStyles")?.call1(&JsValue::UNDEFINED, &part.into()).ok()?.dyn_into().ok()
}

/// A function of `init.js`.
fn of_init(name: &str) -> Option<js_sys::Function> {
    js_sys::Reflect::get(&window(), &name.into()).ok()?.dyn_into().ok()
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// The time zone of this browser, by name; an offset where it does not say.
pub fn time_zone() -> String {
    let format = js_sys::Intl::DateTimeFormat::new(&language(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".into())
}

/// A time as fields for date and time take it, where this browser is.
pub fn local_time(at: &Timestamp) -> String {
    let date = js_sys::Date::new(&JsValue::from_str(&at.0));
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// The time that such a field holds; `None` when it is none.
pub fn from_local(text: &str) -> Option<Timestamp> {
    let date = js_sys::Date::new(&JsValue::from_str(text));
    // What is no date has no text.
    (!date.get_time().is_nan()).then(|| Timestamp(date.to_iso_string().into()))
}

/// A new key for a write (`Idempotency-Key`): it must only differ from the person's others.
pub fn once() -> String {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}{:08x}", part(), part(), part())
}

/// Waits.
pub async fn sleep(milliseconds: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(
            &resolve,
            i32::try_from(milliseconds).unwrap_or(i32::MAX),
        );
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Storage of this tab; `None` where the browser refuses.
pub fn session_storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Storage of this browser; `None` where the browser refuses.
pub fn local_storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Copies text; `false` where the browser refuses.
pub async fn copy(text: &str) -> bool {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).ok().filter(JsValue::is_object);
    let Some(clipboard) = clipboard else { return false };
    let write =
        js_sys::Reflect::get(&clipboard, &"writeText".into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    let Some(promise) = write.and_then(|write| write.call1(&clipboard, &text.into()).ok()) else { return false };
    match promise.dyn_into::<js_sys::Promise>() {
        Ok(promise) => wasm_bindgen_futures::JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

/// Whether somebody is typing, so that letters are not keys.
pub fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA")
            && element.get_attribute("type").as_deref() != Some("checkbox")
    })
}

/// Whether a dialog is open, so that keys are its own.
pub fn is_asking() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// A number with so many digits after the point: the browser's way, which costs no tables here.
pub fn fixed(number: f64, digits: u8) -> String {
    js_sys::Number::from(number).to_fixed(digits).map_or_else(|_| String::new(), String::from)
}

/// A number out of a text; NaN when there is none.
pub fn parsed(text: &str) -> f64 {
    js_sys::Number::parse_float(text)
}

/// Milliseconds since the epoch; NaN for text that is no time.
fn milliseconds(at: &Timestamp) -> f64 {
    js_sys::Date::new(&JsValue::from_str(&at.0)).get_time()
}

/// "2 hours ago". A time in the future (clocks differ) reads as now (UPS-16).
pub fn ago(at: &Timestamp, now: f64) -> String {
    relative(((milliseconds(at) - now) / 1000.0).min(0.0))
}

/// "in 2 hours", or "2 hours ago" and that it is over.
pub fn until(at: &Timestamp, now: f64) -> (String, bool) {
    let seconds = (milliseconds(at) - now) / 1000.0;
    (relative(seconds), seconds < 0.0)
}

/// A span from now, in the language's words; below zero it is past.
fn relative(seconds: f64) -> String {
    if seconds.is_nan() {
        return String::new();
    }
    let (value, unit) = unit_of(seconds.abs());
    let value = if seconds > 0.0 { value } else { -value };
    let options = js_sys::Object::new();
    // Setting a key of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&options, &"numeric".into(), &"auto".into());
    let _ = js_sys::Reflect::set(&options, &"style".into(), &"long".into());
    js_sys::Intl::RelativeTimeFormat::new(&language(), &options).format(value, unit).into()
}

/// The largest unit that a span fills, and how often.
fn unit_of(seconds: f64) -> (f64, &'static str) {
    const UNITS: [(f64, &str); 6] = [
        (31_557_600.0, "year"),
        (2_629_800.0, "month"),
        (604_800.0, "week"),
        (86_400.0, "day"),
        (3_600.0, "hour"),
        (60.0, "minute"),
    ];
    UNITS
        .iter()
        .find(|(length, _)| seconds >= *length)
        .map_or((0.0, "second"), |(length, unit)| ((seconds / length).floor(), *unit))
}

/// Text for comparing what people type: without case and marks.
pub fn folded(text: &str) -> String {
    let parts: String = js_sys::JsString::from(text).normalize("NFKD").into();
    parts.to_lowercase().chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect()
}

/// Where the browser says the person is, as a time zone: `Europe/Berlin`; UTC where it does not say.
pub fn zone() -> String {
    let options = js_sys::Intl::DateTimeFormat::new(&language(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".into())
}

/// "tomorrow", "in 3 days": by days as they begin here. Nothing for text that is no time.
pub fn in_days(at: &Timestamp, now: f64) -> String {
    let (due, today) = (midnight(milliseconds(at)), midnight(now));
    let days = ((due - today) / 86_400_000.0).round();
    if days.is_nan() {
        return String::new();
    }
    let options = js_sys::Object::new();
    // Setting a key of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&options, &"numeric".into(), &"auto".into());
    js_sys::Intl::RelativeTimeFormat::new(&language(), &options).format(days, "day").into()
}

/// When the day of a moment began here, in milliseconds.
fn midnight(at: f64) -> f64 {
    let date = js_sys::Date::new(&at.into());
    js_sys::Date::new_with_year_month_day(date.get_full_year(), date.get_month() as i32, date.get_date() as i32)
        .get_time()
}

/// Whether a moment is over.
pub fn is_over(at: &Timestamp, now: f64) -> bool {
    milliseconds(at) < now
}

/// The exact time, as the language writes it.
pub fn exact(at: &Timestamp) -> String {
    written(at, &[("dateStyle", "medium"), ("timeStyle", "long")])
}

/// The time of day.
pub fn clock(at: &Timestamp) -> String {
    written(at, &[("timeStyle", "medium")])
}

/// A time as the language writes it; nothing for text that is no time.
fn written(at: &Timestamp, style: &[(&str, &str)]) -> String {
    let date = js_sys::Date::new(&JsValue::from_str(&at.0));
    if date.get_time().is_nan() {
        return String::new();
    }
    let options = js_sys::Object::new();
    for (name, value) in style {
        // Setting a key of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    js_sys::Intl::DateTimeFormat::new(&language(), &options)
        .format()
        .call1(&JsValue::UNDEFINED, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Calls back on every frame that the screen draws after this, until the handle is dropped.
pub struct Frames {
    alive: Rc<Cell<bool>>,
}

impl Frames {
    /// Starts.
    pub fn each(mut step: impl FnMut() + 'static) -> Self {
        let alive = Rc::new(Cell::new(true));
        let going = alive.clone();
        leptos::task::spawn_local(async move {
            while going.get() {
                next_frame().await;
                if going.get() {
                    step();
                }
            }
        });
        Self { alive }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.alive.set(false);
    }
}

/// Waits until the browser is about to draw a frame.
pub async fn next_frame() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().request_animation_frame(&resolve);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Whether the page may write to the clipboard: in a frame only with `allow="clipboard-write"`. `true` where the browser does not
/// say.
pub fn may_write_clipboard() -> bool {
    let policy = ["permissionsPolicy", "featurePolicy"]
        .into_iter()
        .find_map(|name| js_sys::Reflect::get(&document(), &name.into()).ok().filter(JsValue::is_object));
    let Some(policy) = policy else { return true };
    js_sys::Reflect::get(&policy, &"allowsFeature".into())
        .and_then(JsCast::dyn_into::<js_sys::Function>)
        .and_then(|allows| allows.call1(&policy, &"clipboard-write".into()))
        .is_ok_and(|allowed| allowed.is_truthy())
}

/// [`tell`]: a schema and the number of its version now.
pub const APPLIED: &str = "portal-schema-applied";
/// [`tell`]: how many files are selected, and the ids of those that were selected one by one.
pub const PICKED: &str = "portal-files-picked";

/// Tells another part of the page something, past the parts between: an event of the window, with a text.
pub fn tell(event: &str, detail: &str) {
    let init = js_sys::Object::new();
    // A plain object takes every name.
    let _ = js_sys::Reflect::set(&init, &"detail".into(), &detail.into());
    let made = js_sys::Reflect::get(&window(), &"CustomEvent".into())
        .and_then(JsCast::dyn_into::<js_sys::Function>)
        .and_then(|class| js_sys::Reflect::construct(&class, &js_sys::Array::of2(&event.into(), &init)));
    if let Ok(event) = made.map(JsCast::unchecked_into::<web_sys::Event>) {
        let _ = window().dispatch_event(&event);
    }
}

/// Calls back when the size of an element changes, until the handle is dropped.
pub struct SizeWatch {
    observer: web_sys::ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Starts; `None` where the browser cannot.
    pub fn new(element: &web_sys::Element, callback: impl FnMut() + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let observer = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _callback: callback })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// After a panic nothing of the page works any more: shows the crash screen (in `init.js`), and tells the gateway where it was.
pub fn crashed(info: &PanicHookInfo<'_>) {
    let id = format!("{:08x}", (js_sys::Math::random() * f64::from(u32::MAX)) as u32);
    let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
    web_sys::console::error_1(&format!("{info}").into());
    if let Some(show) = of_init("portalCrash") {
        use crate::text::{app, t, t_with};
        let said = t_with(app::CRASH_ID, &[("id", &id)]);
        let _ = show.call3(&JsValue::UNDEFINED, &t(app::CRASHED).into(), &t(app::CRASHED_WORDS).into(), &said.into());
    }
    let report = CrashReport { id, place, version: env!("CARGO_PKG_VERSION").into() };
    let options = web_sys::RequestInit::new();
    options.set_method("POST");
    options.set_body(&serde_json::to_string(&report).unwrap_or_default().into());
    if let Ok(headers) = web_sys::Headers::new() {
        let _ = headers.set("content-type", "application/json");
        options.set_headers(&headers);
    }
    let _ = window().fetch_with_str_and_init(portal_model::api::path::CRASHES, &options);
}

/// Width and height of the window, in pixels of the page; 800 each where the browser does not say.
pub fn window_size() -> (f64, f64) {
    let size = |size: Result<JsValue, _>| size.ok().and_then(|size| size.as_f64()).unwrap_or(800.0);
    (size(window().inner_width()), size(window().inner_height()))
}

#[cfg(test)]
mod tests {
    use super::unit_of;

    #[test]
    fn spans_read_in_their_largest_unit() {
        assert_eq!(unit_of(59.0), (0.0, "second"));
        assert_eq!(unit_of(60.0), (1.0, "minute"));
        assert_eq!(unit_of(7_300.0), (2.0, "hour"));
        assert_eq!(unit_of(90_000.0), (1.0, "day"));
        assert_eq!(unit_of(1e9), (31.0, "year"));
    }
}
