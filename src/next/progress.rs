//! The panel under the line: how somebody stands in each job, and whom to ask.

use leptos::{ev, prelude::*};
use portal_model::api::next::{JobNext, UpNext};

use super::{address, why};
use crate::{
    admin::{Answer, nothing, read},
    app::portal,
    session::pages::ask,
    text::{next as words, number, t, t_with},
    ui::due::Due,
};

/// The panel.
#[component]
pub fn Progress() -> impl IntoView {
    let portal = portal();
    let next = portal.next;
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<UpNext>(portal, &address()).await);
        });
    };
    // As often as the line.
    Effect::new(move |_| {
        next.brief.track();
        fetch();
    });
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && !crate::platform::is_asking() {
            let _ = next.open.try_set(false);
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <div class="progress" role="region" aria-label=t(words::PROGRESS) tabindex="0">
            {move || match nothing(state.get(), fetch) {
                Ok(standing) => view! { <Standing standing/> }.into_any(),
                Err(notice) => notice,
            }}
        </div>
    }
}

#[component]
fn Standing(standing: UpNext) -> impl IntoView {
    let contact = standing.contact.clone();
    let none = standing.jobs.is_empty();
    view! {
        {standing.nothing.map(|nothing| view! { <p>{t(why(nothing))}</p> })}
        {(!none).then(|| view! {
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t(words::JOB)}</th>
                        <th scope="col">{t(words::COLUMN_AVAILABLE)}</th>
                        <th scope="col">{t(words::COLUMN_MINE)}</th>
                        <th scope="col">{t(words::COLUMN_TODAY)}</th>
                        <th scope="col">{t(words::COLUMN_DONE)}</th>
                    </tr>
                </thead>
                <tbody>{standing.jobs.into_iter().map(|row| view! { <Job row/> }).collect_view()}</tbody>
            </table>
        })}
        <p class="quiet">{t_with(words::ZONE, &[("zone", &standing.zone)])}</p>
        {contact.map(|contact| view! { <p class="quiet">{t(words::ASK)}" "{ask(contact)}</p> })}
    }
}

#[component]
fn Job(row: JobNext) -> impl IntoView {
    view! {
        <tr>
            <th scope="row"><bdi>{row.job.name}</bdi>{row.due.map(|at| view! { <small><Due at/></small> })}</th>
            <td class="num">{number(row.available)}</td>
            <td class="num">{number(row.mine)}</td>
            <td class="num">{number(row.today)}</td>
            <td class="num">{number(row.done)}</td>
        </tr>
    }
}
