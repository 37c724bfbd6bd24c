//! Values of one kind, with how many files have each: to be ticked; a search where there are many.

use leptos::prelude::*;
use portal_model::{api::explorer::Facet, query::Expr};

use super::{What, asked, change, expr};
use crate::{
    app::portal,
    explorer::{Go, quick},
    platform,
    text::{facets as said, number, t, t_with},
};

/// With more values than this there is a search.
const FEW: usize = 8;
/// So many are drawn at most: whoever has more searches.
const MANY: usize = 60;

/// One value.
#[derive(Clone, PartialEq)]
struct One {
    name: String,
    word: String,
    files: u32,
    /// How many of the files of the query, in percent.
    share: u32,
    on: bool,
    /// What a click adds or takes away; `None` when the query language has no word for it.
    condition: Option<Expr>,
}

/// The group; nothing where there is nothing to choose.
#[component]
pub fn Group(what: What, go: Go) -> impl IntoView {
    let portal = portal();
    let facets = portal.explorer().facets;
    let what = StoredValue::new(what);
    let values = Memo::new(move |_| {
        let query = asked(portal).unwrap_or_default();
        let (mut found, total) = facets.counted.with(|counted| match counted {
            Some((_, counted)) => (what.with_value(|what| what.facets(counted)), counted.total),
            None => (Vec::new(), 0),
        });
        // What is asked for stays there to be taken away, also when no file has it.
        let field = what.with_value(What::field);
        for (of, name) in quick::names(&query) {
            if Some(of) == field && !found.iter().any(|known| known.name == name) {
                found.insert(0, Facet { name, files: 0 });
            }
        }
        let one = |Facet { name, files }: Facet| {
            what.with_value(|what| {
                let condition = expr(what, &name);
                One {
                    word: what.word(&name),
                    files,
                    share: (u64::from(files) * 100 / u64::from(total.max(1))).try_into().unwrap_or(100),
                    on: condition.as_ref().is_some_and(|condition| quick::must(&query, condition)),
                    condition,
                    name,
                }
            })
        };
        found.into_iter().map(one).collect::<Vec<_>>()
    });
    let typed = RwSignal::new(String::new());
    let matching = Memo::new(move |_| {
        let wanted = platform::folded(&typed.read());
        let is_wanted = |one: &One| wanted.is_empty() || platform::folded(&one.word).contains(&wanted);
        values.get().into_iter().filter(is_wanted).collect::<Vec<_>>()
    });
    let is_many = Memo::new(move |before: Option<&bool>| before == Some(&true) || values.read().len() > FEW);
    let title = what.with_value(What::title);
    let label = t_with(said::SEARCH_IN, &[("what", &title)]);
    let more = move || matching.read().len().saturating_sub(MANY);
    let shown = move || matching.get().into_iter().take(MANY).map(|one| one.name).collect::<Vec<_>>();
    view! {
        <fieldset class="filter-group" hidden=move || values.read().is_empty()>
            <legend><bdi>{title}</bdi></legend>
            {move || is_many.get().then(|| view! {
                <input type="search" autocomplete="off" spellcheck="false" aria-label=label.clone() placeholder=label.clone()
                    prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
            })}
            <ul class="filter-values">
                <For each=shown key=String::clone children=move |name| view! { <Value name values go/> }/>
            </ul>
            {move || (more() > 0).then(|| {
                let more = u32::try_from(more()).unwrap_or(u32::MAX);
                view! { <p class="quiet">{t_with(said::MORE, &[("n", &number(more))])}</p> }
            })}
            {move || (is_many.get() && matching.read().is_empty()).then(|| view! { <p class="quiet">{t(said::NO_NAME)}</p> })}
        </fieldset>
    }
}

#[component]
fn Value(name: String, values: Memo<Vec<One>>, go: Go) -> impl IntoView {
    let portal = portal();
    let one = Memo::new(move |_| values.with(|values| values.iter().find(|one| one.name == name).cloned()));
    let of = move |read: fn(&One) -> u32| one.with(|one| one.as_ref().map(read).unwrap_or_default());
    let on = move || one.with(|one| one.as_ref().is_some_and(|one| one.on));
    let unknown = move || one.with(|one| one.as_ref().is_some_and(|one| one.condition.is_none()));
    let toggle = move |_| {
        if let Some(condition) = one.get_untracked().and_then(|one| one.condition) {
            change(portal, go, |query| quick::narrowed(query, condition));
        }
    };
    view! {
        <li>
            <label class="check facet" title=move || unknown().then(|| t(said::NO_WORD)) style:--share=move || format!("{}%", of(|one| one.share))>
                <input type="checkbox" prop:checked=on disabled=unknown on:change=toggle/>
                <bdi>{move || one.with(|one| one.as_ref().map(|one| one.word.clone()))}</bdi>
                <small class="num">{move || number(of(|one| one.files))}</small>
            </label>
        </li>
    }
}
