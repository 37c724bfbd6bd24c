//! New options: one by one, or a list of lines.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::List;
use crate::{
    app::portal,
    schema::{tree, words as say},
    text::{number, schema as w, t, t_count, t_with},
};

const FIELD: &str = "new-option";

/// Into the field for a new option.
pub(super) fn focus() {
    let field = document().get_element_by_id(FIELD);
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// The field for a new option, and the one for many.
#[component]
pub fn Add(list: List) -> impl IntoView {
    let portal = portal();
    let editor = list.editor;
    let name = RwSignal::new(String::new());
    // Read when it is wanted: it may be long.
    let lines = NodeRef::<leptos::html::Textarea>::new();
    let some = RwSignal::new(false);
    // The name of the option that new ones go under, while it is there.
    let under = move || {
        let key = list.under.get()?;
        editor
            .draft
            .with(|draft| draft.options.iter().find(|option| option.key == key).map(|option| option.name.clone()))
    };
    let parent = move || list.under.get_untracked().filter(|_| list.tree);
    let add = move || {
        let wanted = name.get_untracked();
        if !wanted.trim().is_empty() {
            editor.edit(None, |draft| drop(tree::add(draft, &wanted, parent().as_deref())));
            name.set(String::new());
        }
        focus();
    };
    let add_lines = move |_| {
        let Some(field) = lines.get_untracked() else { return };
        let text = field.value();
        let mut counts = (0, 0);
        editor.edit(None, |draft| counts = tree::add_lines(draft, &text, parent().as_deref()));
        field.set_value("");
        some.set(false);
        let mut said = t_count(w::PASTED_ONE, w::PASTED_OTHER, counts.0);
        if counts.1 > 0 {
            said = format!("{said} {}", t_with(w::PASTED_THERE, &[("n", &number(counts.1))]));
        }
        portal.say(said);
    };
    view! {
        <div class="add">
            <label for=FIELD>{t(w::NEW_OPTION)}</label>
            {move || under().map(|name| view! {
                <span class="chip">{t_with(w::UNDER_WHICH, &[("name", &say::name(&name))])}
                    <button type="button" class="linkish" on:click=move |_| list.under.set(None)>{t(w::AT_TOP_INSTEAD)}</button>
                </span>
            })}
            <div class="pair">
                <input type="text" id=FIELD dir="auto" autocomplete="off" prop:value=name
                    on:input=move |event| name.set(event_target_value(&event))
                    on:keydown=move |event| {
                        // The Enter that ends a composition is not one.
                        if event.key() == "Enter" && !event.is_composing() {
                            event.prevent_default();
                            add();
                        }
                    }/>
                <button type="button" class="btn" on:click=move |_| add()>{t(w::ADD)}</button>
            </div>
            <details>
                <summary>{t(w::PASTE)}</summary>
                <label for="lines">{t(w::PASTE_HINT)}</label>
                <textarea id="lines" rows="5" dir="auto" node_ref=lines on:input=move |event| some.set(!event_target_value(&event).trim().is_empty())></textarea>
                <button type="button" class="btn" disabled=move || !some.get() on:click=add_lines>{t(w::ADD_LINES)}</button>
            </details>
        </div>
    }
}
