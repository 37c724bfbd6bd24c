//! One option: its name, what becomes of it, and what can be done with it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::List;
use crate::{
    schema::{tree, words as say},
    text::{schema as w, t, t_with},
};

/// Deeper levels are drawn like this one.
const DEEPEST: u16 = 8;

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    key: String,
    name: String,
    depth: u16,
    /// The name before, when it is renamed; `None` inside: it is new.
    was: Option<Option<String>>,
    fault: Option<&'static str>,
    /// Whether an option stands above it at the same place.
    can_nest: bool,
}

/// Into the field of a row.
pub(super) fn focus(n: u32) {
    let field = document().get_element_by_id(&format!("option-{n}"));
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// The `n`th row of those that are shown. The row stays when what it shows changes, and so does the focus.
#[component]
pub fn Row(list: List, n: u32) -> impl IntoView {
    let editor = list.editor;
    let shown = Memo::new(move |_| {
        let (i, depth, can_nest) = list.layout.with(|layout| {
            let i = *layout.rows.get(usize::try_from(n).ok()?)? as usize;
            let depth = *layout.depths.get(i)?;
            Some((i, depth, i > 0 && layout.depths[i - 1] >= depth))
        })?;
        let (key, name) = editor.draft.with(|draft| draft.options.get(i).map(|o| (o.key.clone(), o.name.clone())))?;
        let was = editor.base.with(|base| {
            let old = base.attribute.options.iter().find(|old| !old.archived && key.parse() == Ok(old.id));
            match old {
                None => Some(None),
                Some(old) => (old.name != name).then(|| Some(old.name.clone())),
            }
        });
        let fault = editor.checked.with(|checked| {
            checked.faults.iter().find(|fault| say::fault_key(fault) == Some(key.as_str())).map(say::fault)
        });
        Some(Shown { key, name, depth: depth.min(DEEPEST), was, fault, can_nest })
    });
    let key = move || shown.with_untracked(|shown| shown.as_ref().map(|shown| shown.key.clone())).unwrap_or_default();
    let name = move || shown.with(|shown| shown.as_ref().map(|shown| shown.name.clone())).unwrap_or_default();
    let named = move |words| t_with(words, &[("name", &say::name(&name()))]);
    // What is read begins with what is seen, in every language.
    let act_named = move |act| t_with(w::ACT_NAMED, &[("act", t(act)), ("name", &say::name(&name()))]);
    let fault = move || shown.with(|shown| shown.as_ref().and_then(|shown| shown.fault));
    let rename = move |text: String| {
        let key = key();
        editor.edit(Some(&format!("option {key}")), |draft| {
            if let Some(option) = draft.options.iter_mut().find(|option| option.key == key) {
                option.name = text;
            }
        });
    };
    let note = move || {
        let was = shown.with(|shown| shown.as_ref().and_then(|shown| shown.was.clone()))?;
        Some(match was {
            None => view! { <span class="pill done">{t(w::NEW)}</span> }.into_any(),
            Some(was) => {
                view! { <small class="quiet">{t_with(w::WAS, &[("name", &say::name(&was))])}</small> }.into_any()
            }
        })
    };
    let depth = Memo::new(move |_| shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.depth)));
    let can_nest = Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.can_nest)));
    view! {
        <li class="option" data-depth=move || depth.get().to_string() class:wrong=move || fault().is_some()>
            <input
                type="text" id=format!("option-{n}") dir="auto" autocomplete="off" aria-label=move || named(w::OPTION_NAME)
                title=name prop:value=name aria-invalid=move || fault().is_some().to_string() aria-describedby=format!("option-{n}-says")
                on:input=move |event| rename(event_target_value(&event))
                on:blur=move |_| editor.rest()
            />
            <span class="says" id=format!("option-{n}-says")>
                {move || fault().map(|words| view! { <span class="fault">{words}</span> })}
                {note}
            </span>
            <span class="acts">
                {list.tree.then(|| view! {
                    <button type="button" class="btn quietly small" title=t(w::OUTDENT) aria-label=move || named(w::OUTDENT_NAMED) disabled=move || depth.get() == 0
                        on:click=move |_| editor.edit(None, |draft| { tree::outdent(draft, &key()); })><span class="arrow" aria-hidden="true">"⇤"</span></button>
                    <button type="button" class="btn quietly small" title=t(w::INDENT) aria-label=move || named(w::INDENT_NAMED) disabled=move || !can_nest.get()
                        on:click=move |_| editor.edit(None, |draft| { tree::indent(draft, &key()); })><span class="arrow" aria-hidden="true">"⇥"</span></button>
                    <button type="button" class="btn quietly small" aria-label=move || act_named(w::MOVE) on:click=move |_| list.moving.set(Some(key()))>{t(w::MOVE)}</button>
                    <button type="button" class="btn quietly small" title=t(w::ADD_UNDER) aria-label=move || named(w::ADD_UNDER_NAMED)
                        on:click=move |_| { list.under.set(Some(key())); super::add::focus(); }>"+"</button>
                })}
                <button type="button" class="btn quietly small" aria-label=move || act_named(w::ARCHIVE)
                    on:click=move |_| editor.edit(None, |draft| { tree::archive(draft, &key()); })>{t(w::ARCHIVE)}</button>
            </span>
        </li>
    }
}
