//! The fields of a question besides its options.

use leptos::prelude::*;
use portal_model::attribute::{AttributeKind, Draft, Fault};

use super::{kinds, picker::Picker, rebase::default_words, state::Of, words as say};
use crate::{
    platform,
    text::{Key, schema as w, t},
};

/// Up to this many options the default is chosen from a list; from more by searching.
const LISTED: usize = 200;

/// The fields.
#[component]
pub fn Fields(of: Of, kind: AttributeKind) -> impl IntoView {
    let default = match kind {
        AttributeKind::Slider => view! { <Bounds of/> <DefaultValue of kind/> }.into_any(),
        kind if kind.has_options() => view! { <DefaultOption of/> }.into_any(),
        AttributeKind::Other(_) => ().into_any(),
        kind => view! { <DefaultValue of kind/> }.into_any(),
    };
    let editor = of.editor;
    let ask = move |text: String| {
        let key = of.key.get_value();
        editor.edit(Some(&format!("{key} question")), |draft| {
            let Some(at) = draft.attributes.iter().position(|one| one.key == key) else { return };
            let one = &draft.attributes[at];
            // A new question names itself until somebody does.
            let suggests = one.existing().is_none()
                && (one.fields.name.is_empty() || one.fields.name == suggested(draft, &key, &one.fields.question));
            let name = suggests.then(|| suggested(draft, &key, &text));
            let fields = &mut draft.attributes[at].fields;
            fields.question = text;
            if let Some(name) = name {
                fields.name = name;
            }
        });
    };
    view! {
        <div class="fields">
            <TextField
                of id="question" label=w::QUESTION hint=Some(w::SHOW_PROMPT)
                value=Signal::derive(move || of.with(|one| one.fields.question.clone()).unwrap_or_default())
                typed=ask
                about=|fault| matches!(fault, Fault::EmptyQuestion)
            />
            <TextField
                of id="name" label=w::NAME hint=Some(w::NAME_HINT)
                value=Signal::derive(move || of.with(|one| one.fields.name.clone()).unwrap_or_default())
                typed=move |text| of.edit(Some("name"), |draft| draft.name = text)
                about=|fault| matches!(fault, Fault::EmptyName | Fault::NameNotQueryable | Fault::DuplicateName)
            />
            {default}
            <label class="check">
                <input type="checkbox" prop:checked=move || of.with(|one| one.fields.read_only).unwrap_or(false) on:change=move |event| {
                    let on = event_target_checked(&event);
                    of.edit(Some("read_only"), |draft| draft.read_only = on);
                    editor.rest();
                }/>
                <span>{t(w::READ_ONLY)}" "<span class="quiet">{t(w::READ_ONLY_HINT)}</span></span>
            </label>
        </div>
    }
}

/// The name that a question suggests. What German adds to the alphabet is spelt out.
fn suggested(draft: &portal_model::schema::SchemaDraft, key: &str, question: &str) -> String {
    let spelt = question.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    kinds::suggest(draft, key, &platform::folded(&spelt))
}

/// What is wrong with a field, under it. Named by `aria-describedby`.
#[component]
fn Wrong(of: Of, id: &'static str, about: fn(&Fault) -> bool) -> impl IntoView {
    view! {
        <p class="fault" id=format!("{id}-fault")>
            {move || of.fault(|fault| about(fault).then(|| say::fault(fault)))}
        </p>
    }
}

fn is_wrong(of: Of, about: fn(&Fault) -> bool) -> bool {
    of.fault(|fault| about(fault).then_some(())).is_some()
}

/// A line of text.
#[component]
fn TextField(
    of: Of,
    id: &'static str,
    label: Key,
    hint: Option<Key>,
    value: Signal<String>,
    typed: impl Fn(String) + 'static,
    about: fn(&Fault) -> bool,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <input
                type="text" id=id dir="auto" autocomplete="off" prop:value=value
                aria-invalid=move || is_wrong(of, about).to_string() aria-describedby=format!("{id}-fault {id}-hint")
                on:input=move |event| typed(event_target_value(&event))
                on:blur=move |_| of.editor.rest()
            />
            <Wrong of id about/>
            {hint.map(|hint| view! { <p class="quiet" id=format!("{id}-hint")>{t(hint)}</p> })}
        </div>
    }
}

fn about_bounds(fault: &Fault) -> bool {
    matches!(fault, Fault::BoundsCrossed)
}

/// The bounds of a slider.
#[component]
fn Bounds(of: Of) -> impl IntoView {
    let bound = move |id: &'static str,
                      label: Key,
                      get: fn(&Draft) -> Option<i64>,
                      set: fn(&mut Draft, Option<i64>)| {
        view! {
            <div>
                <label for=id>{t(label)}</label>
                <input
                    type="number" step="1" id=id aria-describedby="bounds-fault"
                    aria-invalid=move || is_wrong(of, about_bounds).to_string()
                    prop:value=move || of.with(|one| get(&one.fields)).flatten().map_or_else(String::new, |n| n.to_string())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        // Half a number ("-") reads as empty: nothing is written back into the field until it is one.
                        of.edit(Some(id), |draft| set(draft, text.trim().parse().ok()));
                    }
                    on:blur=move |_| of.editor.rest()
                />
            </div>
        }
    };
    view! {
        <div class="field">
            <div class="pair">
                {bound("min", w::MIN, |draft| draft.min, |draft, n| draft.min = n)}
                {bound("max", w::MAX, |draft| draft.max, |draft, n| draft.max = n)}
            </div>
            <Wrong of id="bounds" about=about_bounds/>
        </div>
    }
}

/// The answer it starts with, for kinds without options.
#[component]
fn DefaultValue(of: Of, kind: AttributeKind) -> impl IntoView {
    let input = match kind {
        AttributeKind::Slider => "number",
        AttributeKind::Time => "time",
        AttributeKind::Date => "date",
        _ => "text",
    };
    let about: fn(&Fault) -> bool = |fault| matches!(fault, Fault::DefaultOutside);
    view! {
        <div class="field">
            <label for="default">{t(w::DEFAULT)}</label>
            <input
                type=input id="default" dir="auto" autocomplete="off"
                prop:value=move || of.with(|one| one.fields.default_value.clone()).flatten().unwrap_or_default()
                aria-invalid=move || is_wrong(of, about).to_string() aria-describedby="default-fault default-hint"
                on:input=move |event| {
                    let text = event_target_value(&event);
                    // Nothing stays what it was: null, or an empty text.
                    let nothing = of.was(|was| was.default_value.clone().filter(String::is_empty)).flatten();
                    of.edit(Some("default"), |draft| draft.default_value = Some(text).filter(|text| !text.is_empty()).or(nothing));
                }
                on:blur=move |_| of.editor.rest()
            />
            <Wrong of id="default" about/>
            <p class="quiet" id="default-hint">{t(w::DEFAULT_HINT)}</p>
        </div>
    }
}

/// The option it starts with.
#[component]
fn DefaultOption(of: Of) -> impl IntoView {
    let about: fn(&Fault) -> bool = |fault| matches!(fault, Fault::DefaultMissing);
    let picking = RwSignal::new(false);
    let few = Memo::new(move |_| of.options(|options| options.len() <= LISTED));
    let choose = move |key: Option<String>| {
        of.edit(Some("default"), |draft| draft.default_option = key);
        of.editor.rest();
    };
    // The list is made anew when an option comes, goes or is renamed.
    let options = Memo::new(move |_| {
        of.options(|options| {
            let all = options.iter().map(|option| (option.key.clone(), option.name.clone()));
            if options.len() <= LISTED { all.collect::<Vec<_>>() } else { Vec::new() }
        })
    });
    let chosen = Memo::new(move |_| of.with(|one| one.fields.default_option.clone()).flatten());
    let words = Memo::new(move |_| of.with(|one| default_words(&one.fields)).flatten());
    let select = move || {
        view! {
            <select id="default" aria-describedby="default-fault default-hint" aria-invalid=move || is_wrong(of, about).to_string()
                on:change=move |event| choose(Some(event_target_value(&event)).filter(|key| !key.is_empty()))>
                <option value="" selected=move || chosen.read().is_none()>{t(w::NOTHING)}</option>
                {move || options.get().into_iter().map(|(key, name)| {
                    let this = key.clone();
                    view! { <option value=key selected=move || chosen.read().as_ref() == Some(&this)>{name}</option> }
                }).collect_view()}
            </select>
        }
    };
    view! {
        <div class="field">
            <label for="default">{t(w::DEFAULT)}</label>
            {move || if few.get() {
                select().into_any()
            } else {
                view! {
                    <button type="button" class="btn" id="default" aria-haspopup="dialog" on:click=move |_| picking.set(true)>
                        <bdi>{move || words.get().map_or_else(|| t(w::NOTHING).to_owned(), |words| say::name(&words))}</bdi>
                    </button>
                }.into_any()
            }}
            <Wrong of id="default" about/>
            <p class="quiet" id="default-hint">{t(w::DEFAULT_HINT)}</p>
            <Picker
                of open=picking title=Signal::derive(|| t(w::DEFAULT).to_owned()) none=w::NOTHING
                except=Callback::new(|()| Default::default()) picked=Callback::new(choose)
            />
        </div>
    }
}
