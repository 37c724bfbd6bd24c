//! `/next?job=`: where links to "the next task" lead. A page takes nothing by being opened: its button does.

use leptos::prelude::*;
use portal_model::{
    api::next::{Nothing, Take, UpNext},
    id::JobId,
};

use super::{address, why};
use crate::{
    admin::{Answer, nothing, read},
    app::portal,
    areas,
    session::pages::ask,
    text::{next as words, t, t_count, t_with},
    ui::{due::Due, notice::to_tasks},
};

/// The page.
#[component]
pub fn NextPage() -> impl IntoView {
    let portal = portal();
    document().set_title(t(words::TITLE));
    on_cleanup(move || portal.left());
    let job = portal.route.parameter("job");
    // What is no id is no job of theirs either.
    let job = job.map(|text| text.parse::<JobId>().unwrap_or(JobId(0)));
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<UpNext>(portal, &address()).await);
        });
    };
    Effect::new(move |_| {
        portal.again.track();
        portal.next.brief.track();
        fetch();
    });
    move || match nothing(state.get(), fetch) {
        Ok(standing) => view! { <Offer standing job/> }.into_any(),
        Err(notice) => notice,
    }
}

#[component]
fn Offer(standing: UpNext, job: Option<JobId>) -> impl IntoView {
    let portal = portal();
    let row = job.and_then(|job| standing.jobs.iter().find(|row| row.job.id == job).cloned());
    let (available, mine) = match (&row, job) {
        (Some(row), _) => (row.available, row.mine),
        (None, Some(_)) => (0, 0),
        (None, None) => (standing.available, standing.mine),
    };
    let has_some = standing.nothing.is_none();
    let reason = match job {
        _ if available + mine > 0 => None,
        // Of a job that is not theirs nothing is said, not even whether there is one.
        Some(_) if has_some => Some(Nothing::Elsewhere),
        // Work that counts in no number: reviews.
        None if has_some => None,
        _ => standing.nothing,
    };
    let title = match &row {
        Some(row) => t_with(words::PAGE_JOB, &[("job", &row.job.name)]),
        None => t(words::TITLE).to_owned(),
    };
    let contact = standing.contact.clone().filter(|_| reason.is_some());
    let due = row.and_then(|row| row.due);
    let wanted = Take { job: if reason == Some(Nothing::Elsewhere) { None } else { job }, task: None };
    let can = has_some;
    view! {
        <div class="plain">
            <h1><bdi>{title}</bdi></h1>
            {match reason {
                Some(reason) => view! { <p role="status">{t(why(reason))}</p> }.into_any(),
                None => view! {
                    <p>{t_count(words::AVAILABLE_ONE, words::AVAILABLE_OTHER, available)}" · "{t_count(words::MINE_ONE, words::MINE_OTHER, mine)}</p>
                }.into_any(),
            }}
            {due.map(|at| view! { <p class="quiet"><Due at/></p> })}
            {can.then(|| view! {
                <p class="quiet">{t(words::PAGE_WORDS)}</p>
                <div class="way"><button type="button" class="btn primary" on:click=move |_| areas::take(portal, wanted)>{t(words::TAKE)}<kbd aria-hidden="true">"n"</kbd></button></div>
            })}
            {contact.map(|contact| view! { <p class="quiet">{ask(contact)}</p> })}
            {if can { view! { <div class="way"><a class="btn quietly" href=crate::paths::inbox()>{t(crate::text::app::TO_TASKS)}</a></div> }.into_any() } else { to_tasks() }}
        </div>
    }
}
