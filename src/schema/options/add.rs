//! New options: one by one, or a list of lines.

use leptos::prelude::*;

use super::List;
use crate::{
    app::portal,
    platform,
    schema::{
        head::focus,
        lines::{Added, look},
        tree, words as say,
    },
    text::{number, schema as w, t, t_count, t_with},
};

/// The field for a new one.
pub(super) const FIELD: &str = "new-option";
/// So many lines are shown before they are added; the others are counted.
const SHOWN: usize = 60;
/// Typing rests after this many milliseconds.
const REST: u32 = 150;

/// The field for a new option, and the one for many.
#[component]
pub fn Add(list: List) -> impl IntoView {
    let of = list.of;
    let name = RwSignal::new(String::new());
    // The name of the option that new ones go under, while it is there.
    let under = move || {
        let key = list.under.get()?;
        of.options(|options| options.iter().find(|option| option.key == key).map(|option| option.name.clone()))
    };
    let add = move || {
        let wanted = name.get_untracked();
        if !wanted.trim().is_empty() {
            of.edit(None, |draft| drop(tree::add(draft, &wanted, parent(list).as_deref())));
            name.set(String::new());
        }
        focus(FIELD);
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
            <Paste list/>
        </div>
    }
}

fn parent(list: List) -> Option<String> {
    list.under.get_untracked().filter(|_| list.tree)
}

/// Many at once: what would be added is shown before it is.
#[component]
fn Paste(list: List) -> impl IntoView {
    let (of, portal) = (list.of, portal());
    // Read when it is wanted: it may be long.
    let lines = NodeRef::<leptos::html::Textarea>::new();
    let added = RwSignal::new(Added::default());
    let typed = StoredValue::new(0_u32);
    let look = move || {
        let text = lines.get_untracked().map(|field| field.value()).unwrap_or_default();
        of.options_untracked(|options| look(options, &text, parent(list).as_deref(), list.tree))
    };
    // What is there already changes with the options, and with the place.
    let again = move || {
        let this = typed.get_value().wrapping_add(1);
        typed.set_value(this);
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if typed.try_get_value() == Some(this) {
                added.set(look());
            }
        });
    };
    Effect::new(move |before: Option<()>| {
        list.under.track();
        of.editor.shape.track();
        if before.is_some() {
            again();
        }
    });
    let add = move |_| {
        let wanted = look();
        let (new, there) = (wanted.fresh(), wanted.there());
        of.edit(None, |draft| wanted.into_draft(draft));
        if let Some(field) = lines.get_untracked() {
            field.set_value("");
        }
        added.set(Added::default());
        let mut said = t_count(w::PASTED_ONE, w::PASTED_OTHER, new);
        if there > 0 {
            said = format!("{said} {}", t_with(w::PASTED_THERE, &[("n", &number(there))]));
        }
        portal.say(said);
    };
    view! {
        <details>
            <summary>{t(w::PASTE)}</summary>
            <label for="lines">{t(if list.tree { w::PASTE_HINT_TREE } else { w::PASTE_HINT })}</label>
            <textarea id="lines" rows="6" dir="auto" spellcheck="false" node_ref=lines on:input=move |_| again()></textarea>
            {move || {
                let added = added.read();
                let more = added.lines.len().saturating_sub(SHOWN);
                (!added.lines.is_empty()).then(|| view! {
                    <div class="pasting" role="status">
                        <p><strong>{t_count(w::PASTING_ONE, w::PASTING_OTHER, added.fresh())}</strong>
                            {(added.there() > 0).then(|| format!(" {}", t_with(w::PASTED_THERE, &[("n", &number(added.there()))])))}</p>
                        <ul tabindex="0">
                            {added.lines.iter().take(SHOWN).map(|line| view! {
                                <li class:there=line.there style:--depth=line.depth.min(12).to_string()>
                                    <bdi>{line.name.clone()}</bdi>{line.there.then(|| view! { " "<small>{t(w::THERE_ALREADY)}</small> })}
                                </li>
                            }).collect_view()}
                        </ul>
                        {(more > 0).then(|| view! { <p class="quiet">{t_with(w::MORE, &[("n", &number(say::many(more)))])}</p> })}
                    </div>
                })
            }}
            <button type="button" class="btn" disabled=move || added.read().fresh() == 0 on:click=add>{t(w::ADD_LINES)}</button>
        </details>
    }
}
