//! Jobs, for admins: how their tasks are done, until when, and when a task that somebody took goes back.

use leptos::{ev, prelude::*};
use portal_model::{
    api::next::{JobList, JobRow, JobSetting, MAX_CLAIM_HOURS, MAX_GUIDE, path},
    problem::{Problem, ProblemType},
};

use super::read::{Answer, nothing, read};
use crate::{
    api::{self, Failure},
    app::portal,
    paths, platform, session,
    text::{Key, changes, hosts, jobs as w, t, t_count, t_with},
    ui::{dialog, due::Due},
};

/// The page.
#[component]
pub fn JobsPage() -> impl IntoView {
    let portal = portal();
    document().set_title(t(w::TITLE));
    on_cleanup(move || portal.left());
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<JobList>(portal, path::JOBS).await);
        });
    };
    fetch();
    let editing = RwSignal::new(None::<JobRow>);
    view! {
        {move || match nothing(state.get(), fetch) {
            Ok(list) => view! { <Jobs list editing/> }.into_any(),
            Err(notice) => notice,
        }}
        <Editor editing done=fetch/>
    }
}

/// The jobs, once read.
#[component]
fn Jobs(list: JobList, editing: RwSignal<Option<JobRow>>) -> impl IntoView {
    let mut projects: Vec<(String, Vec<JobRow>)> = Vec::new();
    for row in list.jobs {
        match projects.last_mut() {
            Some((_, rows)) if rows.last().is_some_and(|last| last.project == row.project) => rows.push(row),
            _ => projects.push((row.project_name.clone(), vec![row])),
        }
    }
    let none = projects.is_empty();
    view! {
        <article class="admin-page">
            <header>
                <h1>{t(w::TITLE)}</h1>
                <a class="btn quietly" href=paths::CHANGES>{t(changes::TITLE)}</a>
                <a class="btn quietly" href=paths::HOSTS>{t(hosts::TITLE)}</a>
            </header>
            <p class="quiet">{t(w::WHAT)}</p>
            {none.then(|| view! { <p class="none">{t(w::NONE)}</p> })}
            {projects.into_iter().map(|(name, rows)| view! {
                <section>
                    <h2><bdi>{name}</bdi></h2>
                    <ul class="lines jobs">{rows.into_iter().map(|row| view! { <Line row editing/> }).collect_view()}</ul>
                </section>
            }).collect_view()}
        </article>
    }
}

/// What Diffgram calls the state of a job, in words.
fn status(word: &str) -> (&'static str, String) {
    match word {
        "active" => ("pill done", t(w::ACTIVE).to_owned()),
        "draft" => ("pill", t(w::DRAFT).to_owned()),
        "complete" => ("pill", t(w::COMPLETE).to_owned()),
        "failed" => ("pill back", t(w::FAILED).to_owned()),
        other => ("pill", other.to_owned()),
    }
}

/// One job.
#[component]
fn Line(row: JobRow, editing: RwSignal<Option<JobRow>>) -> impl IntoView {
    let (class, words) = status(&row.status);
    let JobSetting { guide, due, claim_hours } = row.setting.clone();
    let name = row.job.name.clone();
    let label = t_with(w::EDIT_NAMED, &[("job", &name)]);
    let people = row.people;
    let guide = if guide.is_empty() { w::NO_GUIDE } else { w::HAS_GUIDE };
    view! {
        <li>
            <strong class="job-name"><bdi>{name}</bdi></strong>
            <span class=class>{words}</span>
            <span class="grow"></span>
            <button type="button" class="btn" aria-label=label on:click=move |_| editing.set(Some(row.clone()))>{t(w::EDIT)}</button>
            <p class="about">
                <span>{t_count(w::PEOPLE_ONE, w::PEOPLE_OTHER, people)}</span>
                <span>{t(guide)}</span>
                {due.map(|at| view! { <span><Due at/></span> })}
                {claim_hours.map(|hours| view! { <span>{t_count(w::HOURS_ONE, w::HOURS_OTHER, hours)}</span> })}
            </p>
        </li>
    }
}

/// The dialog in which a job's settings are written.
#[component]
fn Editor(editing: RwSignal<Option<JobRow>>, done: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let dialog = dialog::follow(move || editing.read().is_some());
    view! {
        <dialog class="job-dialog" node_ref=dialog on:close=move |_| editing.set(None) aria-labelledby="job-title">
            {move || editing.get().map(|row| view! { <Form row editing done/> })}
        </dialog>
    }
}

/// Why it is not stored.
#[derive(Clone, Debug, PartialEq)]
enum Wrong {
    Due,
    Hours,
    Failed(Failure),
}

#[component]
fn Form(
    row: JobRow,
    editing: RwSignal<Option<JobRow>>,
    done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let portal = portal();
    let guide = RwSignal::new(row.setting.guide.clone());
    let due = RwSignal::new(row.setting.due.as_ref().map(platform::local_time).unwrap_or_default());
    let hours = RwSignal::new(row.setting.claim_hours.map(|hours| hours.to_string()).unwrap_or_default());
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(None::<Wrong>));
    let (id, version) = (row.job.id, StoredValue::new(row.version.clone()));
    let wanted = move || {
        let (text, count) = (due.get_untracked(), hours.get_untracked());
        let at = if text.is_empty() { None } else { Some(platform::from_local(&text).ok_or(Wrong::Due)?) };
        let count = match count.trim() {
            "" => None,
            text => {
                let read = text.parse::<u32>().ok().filter(|hours| (1..=MAX_CLAIM_HOURS).contains(hours));
                Some(read.ok_or(Wrong::Hours)?)
            }
        };
        Ok(JobSetting { guide: guide.get_untracked(), due: at, claim_hours: count })
    };
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let setting = match wanted() {
            Ok(setting) => setting,
            Err(why) => return wrong.set(Some(why)),
        };
        busy.set(true);
        wrong.set(None);
        leptos::task::spawn_local(async move {
            let version = version.get_value();
            let answer =
                api::send_with::<JobRow>("PUT", &path::job_setting(id), &[("if-match", &version)], Some(&setting))
                    .await;
            let _ = busy.try_set(false);
            match answer {
                Ok(_) => {
                    portal.say(t(w::SAVED));
                    let _ = editing.try_set(None);
                    done();
                }
                Err(failure) => {
                    session::ended(portal, &failure);
                    let _ = wrong.try_set(Some(Wrong::Failed(failure)));
                }
            }
        });
    };
    let says = move |why: Wrong| match why {
        Wrong::Due => t(w::WRONG_DUE).to_owned(),
        Wrong::Hours => t_with(w::WRONG_HOURS, &[("most", &MAX_CLAIM_HOURS.to_string())]),
        Wrong::Failed(Failure::Problem(Problem { kind: ProblemType::Conflict, .. })) => t(w::CHANGED).to_owned(),
        Wrong::Failed(failure) => failure.words().to_owned(),
    };
    let is_wrong = move |which: Wrong| move || (wrong.read().as_ref() == Some(&which)).then_some("true");
    let label = |of: &'static str, words: Key| view! { <label for=of>{t(words)}</label> };
    view! {
        <form on:submit=save novalidate>
            <h2 id="job-title"><bdi>{row.job.name}</bdi></h2>
            <div class="field">
                {label("job-guide", w::GUIDE)}
                <textarea id="job-guide" rows="6" maxlength=MAX_GUIDE.to_string() aria-describedby="job-guide-hint" prop:value=move || guide.get()
                    on:input=move |event| guide.set(event_target_value(&event))></textarea>
                <p class="quiet" id="job-guide-hint">{t(w::GUIDE_HINT)}</p>
            </div>
            <div class="field">
                {label("job-due", w::DUE)}
                <input id="job-due" type="datetime-local" aria-describedby="job-due-hint job-wrong" aria-invalid=is_wrong(Wrong::Due) prop:value=move || due.get()
                    on:input=move |event| due.set(event_target_value(&event))/>
                <p class="quiet" id="job-due-hint">{t_with(w::DUE_HINT, &[("zone", &platform::time_zone())])}</p>
            </div>
            <div class="field">
                {label("job-hours", w::CLAIM_HOURS)}
                <input id="job-hours" type="number" min="1" max=MAX_CLAIM_HOURS.to_string() inputmode="numeric" aria-describedby="job-hours-hint job-wrong" aria-invalid=is_wrong(Wrong::Hours) prop:value=move || hours.get()
                    on:input=move |event| hours.set(event_target_value(&event))/>
                <p class="quiet" id="job-hours-hint">{t(w::CLAIM_HOURS_HINT)}</p>
            </div>
            <p class="note" id="job-wrong" role="alert" hidden=move || wrong.read().is_none()>{move || wrong.get().map(says)}</p>
            <div class="ways end">
                <button type="button" class="btn" on:click=move |_| editing.set(None)>{t(w::CANCEL)}</button>
                <button type="submit" class="btn primary" aria-disabled=move || busy.get().then_some("true")>{t(w::SAVE)}</button>
            </div>
        </form>
    }
}
