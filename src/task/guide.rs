//! What somebody needs to know to do a task, and giving it back.

use leptos::prelude::*;
use portal_model::{
    api::{
        TaskDetail,
        next::{GiveBack, GivenBack, GuideFrom, Take, path},
    },
    id::TaskId,
    task::{TaskRow, TaskStatus},
};

use super::State;
use crate::{
    api,
    app::{Portal, portal},
    areas,
    next::{self, Gave},
    paths, platform, session,
    text::{app, next as words, t, t_with},
    ui::{
        due::Due,
        notice::{Kind, notice},
    },
};

/// How it is done, in words of admins. Text, never markup.
#[component]
pub fn Guides(first: TaskDetail) -> impl IntoView {
    let one = |(n, guide): (usize, portal_model::api::next::Guide)| {
        let title = match guide.from {
            GuideFrom::Job => words::GUIDE_JOB,
            GuideFrom::Grant => words::GUIDE_GRANT,
        };
        let id = format!("guide-{n}");
        let named = id.clone();
        view! {
            <section aria-labelledby=named>
                <h2 id=id>{t(title)}</h2>
                <p class="guide"><bdi>{guide.text}</bdi></p>
            </section>
        }
    };
    first.guide.into_iter().enumerate().map(one).collect_view()
}

/// Until when, what to do when it is done, and giving it back.
#[component]
pub fn Hold(first: TaskDetail, row: Memo<TaskRow>, state: RwSignal<State>) -> impl IntoView {
    let portal = portal();
    let holding = first.holding.clone();
    let expires = holding.as_ref().and_then(|holding| holding.expires.clone());
    // What was read may be handed over meanwhile: then there is nothing to give back.
    let open = Memo::new(move |_| {
        !matches!(
            row.read().status,
            TaskStatus::Complete | TaskStatus::InReview | TaskStatus::ReviewRequested | TaskStatus::Archived
        )
    });
    let due = Memo::new(move |_| row.read().due.clone());
    let give = holding.map(|holding| holding.give_back).filter(|give| *give != GiveBack::HandedOver);
    let not_mine = give == Some(GiveBack::Assigned);
    let reason = move || not_mine.then_some("hold-why");
    let button = move |label, declined: bool| {
        view! {
            <button
                type="button" class="btn" aria-describedby=reason
                aria-disabled=move || (not_mine || portal.next.busy.get()).then_some("true")
                on:click=move |_| if !not_mine { give_back(portal, row.get_untracked(), declined, state); }
            >{t(label)}</button>
        }
    };
    view! {
        {move || due.get().map(|at| view! { <p class="hold-due"><Due at/></p> })}
        {move || (give.is_some() && open.get()).then(|| view! {
            <section class="hold" aria-label=t(words::HOLD)>
                <p class="quiet">{t(words::HINT)}" "<kbd>"n"</kbd></p>
                {expires.clone().map(|at| view! {
                    <p class="quiet">{t_with(words::EXPIRES, &[("time", &platform::exact(&at))])}</p>
                })}
                <div class="ways">{button(words::GIVE_BACK, false)}{(!not_mine).then(|| button(words::NOT_FOR_ME, true))}</div>
                {not_mine.then(|| view! { <p class="quiet" id="hold-why">{t(words::ASSIGNED)}</p> })}
            </section>
        })}
    }
}

fn give_back(portal: Portal, row: TaskRow, declined: bool, state: RwSignal<State>) {
    let next = portal.next;
    if next.busy.get_untracked() {
        return;
    }
    next.busy.set(true);
    // The stream may be faster than the answer.
    next.gave.set(Some(Gave { id: row.id, name: row.file.name.clone(), declined }));
    leptos::task::spawn_local(async move {
        let url = format!("{}?declined={declined}", path::claim(row.id));
        let answer = api::send::<GivenBack>("DELETE", &url, None::<&()>).await;
        let _ = next.busy.try_set(false);
        match answer {
            Ok(_) => {
                let _ = state.try_set(State::Missing { gone: true });
            }
            Err(failure) => {
                let _ = next.gave.try_set(None);
                session::ended(portal, &failure);
                portal.say(next::taking::said(&failure));
            }
        }
        next.changed();
    });
}

/// In place of the task that was given back here: the next one, or this one again.
pub fn gave_back(portal: Portal, id: TaskId, state: RwSignal<State>) -> Option<AnyView> {
    let gave = portal.next.gave.get_untracked().filter(|gave| gave.id == id)?;
    let again = move |_| {
        leptos::task::spawn_local(async move {
            if next::taking::ask(portal, Take { job: None, task: Some(id) }).await.is_some() {
                super::read(portal, id, state);
            }
        });
    };
    let (title, said) = if gave.declined {
        (words::DECLINED_TITLE, words::DECLINED_WORDS)
    } else {
        (words::GAVE_TITLE, words::GAVE_WORDS)
    };
    let take = view! {
        <button type="button" class="btn primary" on:click=move |_| areas::take(portal, Take::default())>{t(words::TAKE)}<kbd aria-hidden="true">"n"</kbd></button>
    };
    let undo = view! { <button type="button" class="btn" on:click=again>{t(words::UNDO)}</button> };
    let tasks = view! { <a class="btn quietly" href=paths::inbox()>{t(app::TO_TASKS)}</a> };
    let title = t_with(title, &[("name", &gave.name)]);
    Some(notice(
        Kind::Inside,
        title,
        vec![t(said).to_owned()],
        vec![take.into_any(), undo.into_any(), tasks.into_any()],
    ))
}
