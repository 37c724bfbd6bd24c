//! Chooses what a host app shows and how, and writes the text that does it.

use leptos::prelude::*;
use portal_model::{
    api::embed::EmbedHost,
    embed::{Density, Go, HeightMode, Look, Scheme, View},
};
use serde::de::DeserializeOwned;

use super::{
    hosts::view_name,
    snippets::{Kind, Wanted, text, word},
};
use crate::{
    app::portal,
    platform,
    text::{Key, hosts as w, languages, t, t_with},
};

/// The form, as typed and chosen; empty: not said.
#[derive(Clone, Debug, Default, PartialEq)]
struct Fields {
    view: String,
    task: String,
    file: String,
    key: String,
    schema: String,
    attribute: String,
    query: String,
    scheme: String,
    accent: String,
    radius: String,
    density: String,
    locale: String,
    height: String,
    by_window: bool,
}

/// Where a field is kept.
type At = fn(&mut Fields) -> &mut String;

/// No corner is rounder, in pixels.
const ROUNDEST: u8 = 16;

/// A choice by its name in messages.
fn choice<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(text.into()).ok()
}

impl Fields {
    fn view(&self) -> View {
        choice(&self.view).unwrap_or(View::Inbox)
    }

    /// What is wanted, and the fields that make no sense. Only what the view asks for is read.
    fn read(&self, host: &EmbedHost, portal: &str) -> (Wanted, Vec<&'static str>) {
        let mut wrong = Vec::new();
        let mut go = Go::to(self.view());
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        match go.view {
            View::Inbox | View::Explorer => go.query = said(&self.query),
            View::Next => {}
            View::Task => go.task = number("task", &self.task, &mut wrong),
            View::File => {
                go.file = number("file", &self.file, &mut wrong);
                if go.file.is_none() {
                    go.key = Some(self.key.clone()).filter(|key| !key.is_empty());
                }
            }
            View::Schema => {
                go.schema = number("schema", &self.schema, &mut wrong);
                let attribute = number("attribute", &self.attribute, &mut wrong);
                go.attribute = attribute.filter(|_| go.schema.is_some());
            }
        }
        let accent = said(&self.accent);
        if accent.as_deref().is_some_and(|accent| !is_colour(accent)) {
            wrong.push("accent");
        }
        let radius: Option<u8> = number("radius", &self.radius, &mut wrong);
        if radius.is_some_and(|radius| radius > ROUNDEST) {
            wrong.push("radius");
        }
        let look = Look {
            scheme: choice(&self.scheme),
            accent,
            radius,
            density: choice(&self.density),
            locale: said(&self.locale),
            height: choice(&self.height),
        };
        let (portal, id, views) = (portal.to_owned(), host.id.clone(), host.views.clone());
        (Wanted { portal, host: id, views, go, look, token: !self.by_window }, wrong)
    }
}

/// A number or an id; what is none is wrong.
fn number<T: std::str::FromStr>(name: &'static str, text: &str, wrong: &mut Vec<&'static str>) -> Option<T> {
    let text = text.trim();
    let read = text.parse().ok();
    if read.is_none() && !text.is_empty() {
        wrong.push(name);
    }
    read
}

/// `#rrggbb`.
fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The form of one host.
#[derive(Clone, Copy)]
struct Form {
    fields: RwSignal<Fields>,
    wrong: Signal<Vec<&'static str>>,
    /// The host's id: of ids of elements, since there may be more than one host.
    id: StoredValue<String>,
}

impl Form {
    fn value(self, at: At) -> impl Fn() -> String + Copy + Send {
        move || self.fields.with(|fields| at(&mut fields.clone()).clone())
    }

    /// Something to type.
    fn typed(self, name: &'static str, words: Key, hint: Option<Key>, at: At) -> AnyView {
        let id = format!("{}-{name}", self.id.get_value());
        let fault = format!("{id}-hint");
        let is_wrong = move || self.wrong.read().contains(&name).then_some("true");
        let mode = if matches!(name, "query" | "key" | "accent") { "text" } else { "numeric" };
        view! {
            <div class="field">
                <label for=id.clone()>{t(words)}</label>
                <input id=id type="text" inputmode=mode dir="auto" autocomplete="off" spellcheck="false" maxlength="500" aria-invalid=is_wrong
                    aria-describedby=hint.is_some().then(|| fault.clone())
                    prop:value=self.value(at) on:input=move |event| self.fields.update(|fields| *at(fields) = event_target_value(&event))/>
                {hint.map(|hint| view! { <p class="quiet" id=fault>{t(hint)}</p> })}
            </div>
        }
        .into_any()
    }

    /// Something to choose; the first is what is configured.
    fn chosen(self, name: &'static str, words: Key, options: Vec<(String, String)>, at: At) -> AnyView {
        let id = format!("{}-{name}", self.id.get_value());
        view! {
            <div class="field">
                <label for=id.clone()>{t(words)}</label>
                <select id=id on:change=move |event| self.fields.update(|fields| *at(fields) = event_target_value(&event)) prop:value=self.value(at)>
                    {options.into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect_view()}
                </select>
            </div>
        }
        .into_any()
    }

    /// What is shown: a view asks for its own things.
    fn of_view(self, view: View) -> AnyView {
        match view {
            View::Inbox => self.typed("query", w::SEARCH, None, |fields| &mut fields.query),
            View::Explorer => self.typed("query", w::QUERY, None, |fields| &mut fields.query),
            View::Next => ().into_any(),
            View::Task => self.typed("task", w::TASK, None, |fields| &mut fields.task),
            View::File => [
                self.typed("file", w::FILE, None, |fields| &mut fields.file),
                self.typed("key", w::KEY, Some(w::KEY_HINT), |fields| &mut fields.key),
            ]
            .into_any(),
            View::Schema => [
                self.typed("schema", w::SCHEMA, Some(w::SCHEMA_HINT), |fields| &mut fields.schema),
                self.typed("attribute", w::ATTRIBUTE, None, |fields| &mut fields.attribute),
            ]
            .into_any(),
        }
    }

    fn of_look(self) -> impl IntoView {
        let usual = || (String::new(), t(w::AS_CONFIGURED).to_owned());
        let one = |value: String, words: Key| (value, t(words).to_owned());
        let schemes = vec![
            usual(),
            one(word(Scheme::Auto), w::SCHEME_AUTO),
            one(word(Scheme::Light), w::SCHEME_LIGHT),
            one(word(Scheme::Dark), w::SCHEME_DARK),
        ];
        let densities =
            vec![usual(), one(word(Density::Comfortable), w::COMFORTABLE), one(word(Density::Compact), w::COMPACT)];
        let heights =
            vec![usual(), one(word(HeightMode::Fill), w::HEIGHT_FILL), one(word(HeightMode::Auto), w::HEIGHT_AUTO)];
        let spoken = std::iter::once(usual())
            .chain(languages().into_iter().map(|language| (language.code, language.name)))
            .collect();
        [
            self.chosen("scheme", w::SCHEME, schemes, |fields| &mut fields.scheme),
            self.typed("accent", w::ACCENT, Some(w::ACCENT_HINT), |fields| &mut fields.accent),
            self.typed("radius", w::RADIUS, Some(w::RADIUS_HINT), |fields| &mut fields.radius),
            self.chosen("density", w::DENSITY, densities, |fields| &mut fields.density),
            self.chosen("locale", w::LOCALE, spoken, |fields| &mut fields.locale),
            self.chosen("height", w::HEIGHT, heights, |fields| &mut fields.height),
        ]
    }

    /// Who signs people in.
    fn of_signin(self) -> impl IntoView {
        let name = format!("{}-signin", self.id.get_value());
        [(false, w::BY_TOKEN), (true, w::BY_WINDOW)].map(|(window, words)| {
            view! {
                <label class="check">
                    <input type="radio" name=name.clone() prop:checked=move || self.fields.read().by_window == window
                        on:change=move |_| self.fields.update(|fields| fields.by_window = window)/>
                    <span>{t(words)}</span>
                </label>
            }
        })
    }
}

/// The form and the texts.
#[component]
pub fn Writing(host: EmbedHost, portal: String) -> impl IntoView {
    let id = StoredValue::new(host.id.clone());
    let views = host.views.iter().map(|view| (word(view), t(view_name(*view)).to_owned())).collect();
    let first = host.views.first().copied().unwrap_or(View::Inbox);
    let fields = RwSignal::new(Fields { view: word(first), ..Fields::default() });
    let policy = t_with(w::POLICY, &[("portal", &portal)]);
    let read = Memo::new(move |_| fields.read().read(&host, &portal));
    let wrong = Signal::derive(move || read.read().1.clone());
    let form = Form { fields, wrong, id };
    let view = Memo::new(move |_| fields.read().view());
    view! {
        <div class="writing-form">
            {form.chosen("view", w::VIEW, views, |fields| &mut fields.view)}
            {move || form.of_view(view.get())}
            <fieldset class="bare">
                <legend>{t(w::LOOK)}</legend>
                <div class="writing-look">{form.of_look()}</div>
            </fieldset>
            <fieldset class="bare">
                <legend>{t(w::SIGN_IN)}</legend>
                {form.of_signin()}
            </fieldset>
        </div>
        <Text read/>
        <p class="quiet">{policy}</p>
    }
}

fn kind_name(kind: Kind) -> Key {
    match kind {
        Kind::Element => w::OF_ELEMENT,
        Kind::Iframe => w::OF_IFRAME,
        Kind::Link => w::OF_LINK,
        Kind::React => w::OF_REACT,
        Kind::Vue => w::OF_VUE,
        Kind::Backend => w::OF_BACKEND,
    }
}

/// The text, to be copied.
#[component]
fn Text(read: Memo<(Wanted, Vec<&'static str>)>) -> impl IntoView {
    let portal = portal();
    let kind = RwSignal::new(Kind::Element);
    let said = Memo::new(move |_| {
        let (wanted, wrong) = &*read.read();
        match text(kind.get(), wanted) {
            _ if !wrong.is_empty() => Err(w::PUT_RIGHT),
            Some(text) => Ok(text),
            None if wanted.go.path().is_none() => Err(w::WHICH),
            None => Err(w::NO_BACKEND),
        }
    });
    let copy = move |_| {
        let Ok(text) = said.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let copied = platform::copy(&text).await;
            portal.say(t(if copied { w::COPIED } else { w::NOT_COPIED }));
        });
    };
    view! {
        <div class="writing-text">
            <div class="seg" role="group" aria-label=t(w::FOR)>
                {Kind::ALL.map(|one| view! {
                    <button type="button" aria-pressed=move || (kind.get() == one).to_string() on:click=move |_| kind.set(one)>{t(kind_name(one))}</button>
                })}
            </div>
            {move || match said.get() {
                Ok(text) => view! {
                    <pre class="snippet">{text}</pre>
                    <div class="ways end"><button type="button" class="btn primary" on:click=copy>{t(w::COPY)}</button></div>
                }
                .into_any(),
                Err(why) => view! { <p class="none">{t(why)}</p> }.into_any(),
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use portal_model::{
        api::embed::Brand,
        id::{FileId, SchemaId},
    };

    use super::*;

    fn read(fields: Fields) -> (Wanted, Vec<&'static str>) {
        let host = EmbedHost {
            id: "shop".into(),
            origin: "https://shop.example.com".into(),
            name: "Acme Shop".into(),
            views: View::ALL.to_vec(),
            look: Look::default(),
            brand: Brand::default(),
        };
        fields.read(&host, "https://portal.example.com")
    }

    #[test]
    fn only_what_the_view_asks_for_is_read() {
        let all = Fields {
            task: "12".into(),
            file: "3".into(),
            key: "a.jpg".into(),
            query: " label:car ".into(),
            attribute: "9".into(),
            ..Fields::default()
        };
        let of = |view: View| {
            let (wanted, wrong) = read(Fields { view: word(view), ..all.clone() });
            assert_eq!(wrong, Vec::<&str>::new());
            wanted.go
        };
        assert_eq!(of(View::Next), Go::to(View::Next));
        assert_eq!(of(View::Explorer).query.as_deref(), Some("label:car"));
        let file = of(View::File);
        assert_eq!((file.file, file.key, file.query), (Some(FileId(3)), None, None));
        assert_eq!(of(View::Schema).attribute, None, "of no schema");
        let schema = read(Fields { view: word(View::Schema), schema: "2".into(), ..all.clone() }).0;
        assert_eq!(schema.go.path().as_deref(), Some("/schemas/2/attributes/9"));
        assert_eq!(schema.go.schema, Some(SchemaId(2)));
    }

    #[test]
    fn what_makes_no_sense_is_told_by_its_field() {
        let (_, wrong) = read(Fields {
            view: word(View::Task),
            task: "twelve".into(),
            accent: "red".into(),
            radius: "17".into(),
            ..Fields::default()
        });
        assert_eq!(wrong, ["task", "accent", "radius"]);
        let (wanted, wrong) = read(Fields {
            accent: "#0A7f3c".into(),
            radius: "0".into(),
            scheme: "dark".into(),
            height: "auto".into(),
            ..Fields::default()
        });
        assert!(wrong.is_empty());
        assert_eq!((wanted.look.scheme, wanted.look.height), (Some(Scheme::Dark), Some(HeightMode::Auto)));
        assert_eq!((wanted.look.radius, wanted.token), (Some(0), true));
    }
}
