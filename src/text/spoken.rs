//! The language of the page: `init.js` decides it and fetches its texts beside the wasm; here they are kept and looked up.

use std::cell::OnceCell;

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

use super::COUNT;
use crate::platform;

/// What `init.js` found, as `window.portalWords`.
struct Words {
    /// By key; `None` where the language lacks one.
    texts: Vec<Option<&'static str>>,
    /// Further plural forms: by the number of the `_other` key, then by category.
    forms: JsValue,
    /// What the browser's formatters take: the language with the person's own region, such as `de-AT`.
    locale: JsValue,
    /// Which of [`languages`] it is.
    code: String,
    mirrored: bool,
}

thread_local! {
    static WORDS: OnceCell<Words> = const { OnceCell::new() };
}

/// Takes over what `init.js` decided and fetched. Before the first text.
pub fn start() {
    let found = get(&window(), "portalWords");
    let list = get(&found, "texts").dyn_into::<js_sys::Array>().unwrap_or_default();
    // A list of another version of the page would put words in wrong places.
    let fits = usize::try_from(list.length()) == Ok(COUNT);
    let texts = if fits { list.iter().map(|text| text.as_string().map(keep)).collect() } else { Vec::new() };
    let words = Words {
        texts,
        forms: get(&found, "forms"),
        locale: get(&found, "locale"),
        code: get(&found, "code").as_string().unwrap_or_default(),
        mirrored: get(&found, "mirrored").is_truthy(),
    };
    WORDS.with(|kept| drop(kept.set(words)));
}

/// As long as the page: texts are never let go.
fn keep(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// A property; `undefined` when there is none.
fn get(of: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn with<T: Default>(look: impl FnOnce(&Words) -> T) -> T {
    WORDS.with(|words| words.get().map_or_else(T::default, look))
}

/// The text of a key's number in the language.
pub(super) fn text(number: u16) -> Option<&'static str> {
    with(|words| words.texts.get(usize::from(number)).copied().flatten())
}

/// A further plural form of an `_other` key.
pub(super) fn form(other: u16, category: &js_sys::JsString) -> Option<String> {
    with(|words| {
        let forms = js_sys::Reflect::get(&words.forms, &other.into()).ok()?;
        js_sys::Reflect::get(&forms, category).ok()?.as_string()
    })
}

/// Whether words run from the right.
pub(super) fn is_mirrored() -> bool {
    with(|words| words.mirrored)
}

/// The language as the browser's formatters take it.
pub fn language() -> js_sys::Array {
    let locale = with(|words| words.locale.clone());
    js_sys::Array::of1(&if locale.is_string() { locale } else { "en".into() })
}

/// A language that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Such as `de`.
    pub code: String,
    /// Its own name for itself.
    pub name: String,
    /// Whether the page is in it now.
    pub here: bool,
}

/// Those that there are, in the order to show them; none when the page was built with English only.
pub fn languages() -> Vec<Language> {
    let here = with(|words| words.code.clone());
    let list = get(&window(), "portalLanguages").dyn_into::<js_sys::Array>().unwrap_or_default();
    list.iter()
        .filter_map(|language| {
            let part = |index: u32| js_sys::Reflect::get_u32(&language, index).ok().and_then(|part| part.as_string());
            let (code, name) = (part(0)?, part(1)?);
            // Without a name it is for testing.
            (!name.is_empty()).then(|| Language { here: code == here, code, name })
        })
        .collect()
}

/// Remembers a language in this browser and shows the same page in it. Where the browser keeps nothing, it holds for this
/// place in the history.
pub fn choose(code: &str) {
    let kept = platform::local_storage().is_some_and(|storage| storage.set_item("portal.language", code).is_ok());
    let state = if kept { JsValue::NULL } else { code.into() };
    let location = platform::location();
    if let Ok(url) = web_sys::Url::new(&location.href().unwrap_or_default())
        && let Ok(history) = window().history()
    {
        // The address may ask for a language too; the choice is newer.
        url.search_params().delete("lang");
        let _ = history.replace_state_with_url(&state, "", Some(&url.href()));
    }
    // Refused only where there is nothing to load again.
    let _ = location.reload();
}
