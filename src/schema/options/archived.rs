//! Options that are out of use: those the draft would archive, and those that are archived already.

use leptos::prelude::*;
use portal_model::{attribute::Change, id::OptionId, schema::SchemaChange};

use crate::{
    schema::{state::Of, tree, words as say},
    text::{schema as w, t, t_count, t_with},
};

/// More are counted, not listed.
const LISTED: usize = 50;

/// Options that the draft would archive, to bring back before it happens.
#[component]
pub fn Archiving(of: Of) -> impl IntoView {
    let gone = Memo::new(move |_| {
        let id = of.key.with_value(|key| key.parse().ok());
        of.editor.checked.with(|checked| {
            let mine = checked.changes.iter().find_map(|change| match change {
                SchemaChange::AttributeChanged { id: of, changes, .. } if Some(*of) == id => Some(changes),
                _ => None,
            });
            let gone = mine.into_iter().flatten().filter_map(|change| match change {
                Change::OptionArchived { id, name } => Some((*id, name.clone())),
                _ => None,
            });
            gone.collect::<Vec<(OptionId, String)>>()
        })
    });
    move || {
        let gone = gone.get();
        let more = gone.len().saturating_sub(LISTED);
        (!gone.is_empty()).then(|| {
            view! {
                <section class="archiving" aria-labelledby="archiving">
                    <h3 id="archiving">{t(w::ARCHIVING)}</h3>
                    <ul>
                        {gone.into_iter().take(LISTED).map(|(id, name)| {
                            let keep = t_with(w::ACT_NAMED, &[("act", t(w::KEEP)), ("name", &say::name(&name))]);
                            view! {
                                <li>
                                    <s><bdi>{say::name(&name)}</bdi></s>
                                    <button type="button" class="btn small" aria-label=keep on:click=move |_| {
                                        if let Some(base) = of.was(Clone::clone) {
                                            of.edit(None, |draft| tree::restore(draft, &base, id));
                                        }
                                    }>{t(w::KEEP)}</button>
                                </li>
                            }
                        }).collect_view()}
                    </ul>
                    {(more > 0).then(|| view! { <p class="quiet">{t_with(w::MORE, &[("n", &more.to_string())])}</p> })}
                </section>
            }
        })
    }
}

/// Options that are archived already.
#[component]
pub fn Archived(of: Of) -> impl IntoView {
    move || {
        let archived: Vec<String> = of
            .was(|was| was.options.iter().filter(|option| option.archived).map(|option| option.name.clone()).collect())
            .unwrap_or_default();
        let more = archived.len().saturating_sub(LISTED);
        (!archived.is_empty()).then(|| view! {
            <details class="archived">
                <summary>{t_count(w::ARCHIVED_ONE, w::ARCHIVED_OTHER, say::many(archived.len()))}</summary>
                <p class="quiet">{t(w::ARCHIVED_WORDS)}</p>
                <ul>{archived.iter().take(LISTED).map(|name| view! { <li><bdi>{say::name(name)}</bdi></li> }).collect_view()}</ul>
                {(more > 0).then(|| view! { <p class="quiet">{t_with(w::MORE, &[("n", &more.to_string())])}</p> })}
            </details>
        })
    }
}
