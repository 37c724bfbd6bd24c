//! A list of differences, by what they are about.

use leptos::prelude::*;
use portal_model::{id::AttributeId, schema::SchemaChange};

use super::{
    groups::{About, Group, Line, groups},
    impact::Impact,
};
use crate::{
    schema::words as say,
    text::{number, publish as w, schema, t, t_with},
};

/// So many lines of a group are shown at once; more by a button.
const FIRST: usize = 12;
/// So many more at a press.
const MORE: usize = 500;
/// So many groups at once.
const GROUPS: usize = 100;

/// The list; `impact` is known in a review.
#[component]
pub fn Differences(changes: Vec<SchemaChange>, #[prop(optional)] impact: Impact) -> impl IntoView {
    let all = groups(&changes);
    let more = all.len().saturating_sub(GROUPS);
    let impact = StoredValue::new(impact);
    view! {
        <div class="differences">
            {all.into_iter().take(GROUPS).map(|group| of_group(group, impact)).collect::<Vec<_>>()}
            {(more > 0).then(|| view! { <p class="quiet">{t_with(schema::MORE, &[("n", &counted(more))])}</p> })}
        </div>
    }
}

fn counted(n: usize) -> String {
    number(say::many(n))
}

fn of_group(group: Group, impact: StoredValue<Impact>) -> AnyView {
    let attribute = group.attribute();
    let (class, title) = match &group.about {
        About::Schema => ("", t(w::THE_SCHEMA).to_owned()),
        About::Labels => ("", t(schema::LABELS).to_owned()),
        About::New(question) | About::Changed(_, question) => ("", question.clone()),
        About::Archived(_, question) => ("goes", question.clone()),
    };
    let used = attribute.and_then(|id| impact.with_value(|impact| impact.of(id, None)));
    let long = group.lines.len() > FIRST;
    let counts = long.then(|| {
        let each = group.counts().into_iter().map(|(tone, what, n)| {
            view! { <span class=tone.class()>{t_with(w::COUNTED, &[("what", t(what)), ("n", &number(n))])}</span> }
        });
        view! { <p class="counts">{each.collect_view()}</p> }
    });
    let lines = StoredValue::new(group.lines);
    let shown = RwSignal::new(FIRST);
    let total = lines.with_value(Vec::len);
    let list = move || {
        lines.with_value(|lines| {
            lines.iter().take(shown.get()).map(|line| of_line(line, attribute, impact)).collect::<Vec<_>>()
        })
    };
    view! {
        <section class="difference">
            <h3 class=class><bdi>{title}</bdi></h3>
            {used}
            {counts}
            <ul class="change-list">{list}</ul>
            {long.then(|| view! {
                <Show when=move || { shown.get() < total }>
                    <button type="button" class="linkish" on:click=move |_| shown.update(|shown| *shown += MORE)>
                        {move || t_with(w::SHOW_MORE, &[("n", &counted((total - shown.get()).min(MORE))), ("left", &counted(total - shown.get()))])}
                    </button>
                </Show>
            })}
        </section>
    }
    .into_any()
}

fn of_line(line: &Line, attribute: Option<AttributeId>, impact: StoredValue<Impact>) -> AnyView {
    let used = attribute
        .zip(line.option)
        .and_then(|(attribute, option)| impact.with_value(|impact| impact.of(attribute, Some(option))));
    let (class, what, words) = (line.tone.class(), t(line.what), line.words.clone());
    view! { <li><span class=class>{what}</span><span class="change-words">{words}{used}</span></li> }.into_any()
}
