//! The fields of an attribute besides its options.

use leptos::prelude::*;
use portal_model::attribute::{AttributeKind, Draft, Fault};

use super::{picker::Picker, rebase::default_words, state::Editor, words as say};
use crate::text::{Key, schema as w, t};

/// Up to this many options the default is chosen from a list; from more by searching.
const LISTED: usize = 200;

/// The fields.
#[component]
pub fn Fields(editor: Editor, kind: AttributeKind) -> impl IntoView {
    let default = match kind {
        AttributeKind::Slider => view! { <Bounds editor/> <DefaultValue editor kind/> }.into_any(),
        kind if kind.has_options() => view! { <DefaultOption editor/> }.into_any(),
        AttributeKind::Other(_) => ().into_any(),
        kind => view! { <DefaultValue editor kind/> }.into_any(),
    };
    view! {
        <div class="fields">
            <TextField
                editor id="question" label=w::QUESTION hint=None
                value=Signal::derive(move || editor.draft.read().question.clone())
                set=|draft, text| draft.question = text
                about=|fault| matches!(fault, Fault::EmptyQuestion)
            />
            <TextField
                editor id="name" label=w::NAME hint=Some(w::NAME_HINT)
                value=Signal::derive(move || editor.draft.read().name.clone())
                set=|draft, text| draft.name = text
                about=|fault| matches!(fault, Fault::EmptyName | Fault::NameNotQueryable)
            />
            {default}
            <label class="check">
                <input type="checkbox" prop:checked=move || editor.draft.read().read_only on:change=move |event| {
                    let on = event_target_checked(&event);
                    editor.edit(Some("read_only"), |draft| draft.read_only = on);
                    editor.rest();
                }/>
                <span>{t(w::READ_ONLY)}" "<span class="quiet">{t(w::READ_ONLY_HINT)}</span></span>
            </label>
        </div>
    }
}

/// What is wrong with a field, under it. Named by `aria-describedby`.
#[component]
fn Wrong(editor: Editor, id: &'static str, about: fn(&Fault) -> bool) -> impl IntoView {
    view! {
        <p class="fault" id=format!("{id}-fault")>
            {move || editor.checked.with(|checked| checked.faults.iter().find(|fault| about(fault)).map(say::fault))}
        </p>
    }
}

fn is_wrong(editor: Editor, about: fn(&Fault) -> bool) -> bool {
    editor.checked.with(|checked| checked.faults.iter().any(about))
}

/// A line of text.
#[component]
fn TextField(
    editor: Editor,
    id: &'static str,
    label: Key,
    hint: Option<Key>,
    value: Signal<String>,
    set: fn(&mut Draft, String),
    about: fn(&Fault) -> bool,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <input
                type="text" id=id dir="auto" autocomplete="off" prop:value=value
                aria-invalid=move || is_wrong(editor, about).to_string() aria-describedby=format!("{id}-fault {id}-hint")
                on:input=move |event| {
                    let text = event_target_value(&event);
                    editor.edit(Some(id), |draft| set(draft, text));
                }
                on:blur=move |_| editor.rest()
            />
            <Wrong editor id about/>
            {hint.map(|hint| view! { <p class="quiet" id=format!("{id}-hint")>{t(hint)}</p> })}
        </div>
    }
}

fn about_bounds(fault: &Fault) -> bool {
    matches!(fault, Fault::BoundsCrossed)
}

/// The bounds of a slider.
#[component]
fn Bounds(editor: Editor) -> impl IntoView {
    let bound =
        move |id: &'static str, label: Key, get: fn(&Draft) -> Option<i64>, set: fn(&mut Draft, Option<i64>)| {
            view! {
                <div>
                    <label for=id>{t(label)}</label>
                    <input
                        type="number" step="1" id=id aria-describedby="bounds-fault"
                        aria-invalid=move || is_wrong(editor, about_bounds).to_string()
                        prop:value=move || editor.draft.with(get).map_or_else(String::new, |n| n.to_string())
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            // Half a number ("-") reads as empty: nothing is written back into the field until it is one.
                            editor.edit(Some(id), |draft| set(draft, text.trim().parse().ok()));
                        }
                        on:blur=move |_| editor.rest()
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
            <Wrong editor id="bounds" about=about_bounds/>
        </div>
    }
}

/// The answer it starts with, for kinds without options.
#[component]
fn DefaultValue(editor: Editor, kind: AttributeKind) -> impl IntoView {
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
                prop:value=move || editor.draft.read().default_value.clone().unwrap_or_default()
                aria-invalid=move || is_wrong(editor, about).to_string() aria-describedby="default-fault default-hint"
                on:input=move |event| {
                    let text = event_target_value(&event);
                    // Nothing stays what it was: null, or an empty text.
                    let nothing = editor.base.with_untracked(|base| base.attribute.default_value.clone().filter(String::is_empty));
                    editor.edit(Some("default"), |draft| draft.default_value = Some(text).filter(|text| !text.is_empty()).or(nothing));
                }
                on:blur=move |_| editor.rest()
            />
            <Wrong editor id="default" about/>
            <p class="quiet" id="default-hint">{t(w::DEFAULT_HINT)}</p>
        </div>
    }
}

/// The option it starts with.
#[component]
fn DefaultOption(editor: Editor) -> impl IntoView {
    let about: fn(&Fault) -> bool = |fault| matches!(fault, Fault::DefaultMissing);
    let picking = RwSignal::new(false);
    let few = Memo::new(move |_| editor.draft.read().options.len() <= LISTED);
    let choose = move |key: Option<String>| {
        editor.edit(Some("default"), |draft| draft.default_option = key);
        editor.rest();
    };
    // The list is made anew when an option comes, goes or is renamed.
    let options = Memo::new(move |_| {
        editor.draft.with(|draft| {
            let all = draft.options.iter().map(|option| (option.key.clone(), option.name.clone()));
            if draft.options.len() <= LISTED { all.collect::<Vec<_>>() } else { Vec::new() }
        })
    });
    let chosen = Memo::new(move |_| editor.draft.read().default_option.clone());
    let words = Memo::new(move |_| editor.draft.with(default_words));
    let select = move || {
        view! {
            <select id="default" aria-describedby="default-fault default-hint" aria-invalid=move || is_wrong(editor, about).to_string()
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
            <Wrong editor id="default" about/>
            <p class="quiet" id="default-hint">{t(w::DEFAULT_HINT)}</p>
            <Picker
                editor open=picking title=Signal::derive(|| t(w::DEFAULT).to_owned()) none=w::NOTHING
                except=Callback::new(|()| Default::default()) picked=Callback::new(choose)
            />
        </div>
    }
}
