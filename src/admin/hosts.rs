//! Host apps, for admins: which there are, how their frames fare, and what to write to have the portal in them.

use leptos::prelude::*;
use portal_model::{
    api::embed::{self, HostRow},
    embed::View,
};

use super::{
    health::{Finding, findings},
    read::{Answer, nothing, read},
    writing::Writing,
};
use crate::{
    app::portal,
    paths, platform,
    text::{Key, changes, explorer, hosts as w, inbox, next, number, schema, t, t_count, t_with},
    ui::ago::Ago,
};

/// What stands in the configuration for a host, as in `docs/embed.md`.
const CONFIGURATION: &str = r#"[[host]]
id = "shop"                          # a to z, 0 to 9, -
origin = "https://shop.example.com"  # exactly as browsers spell it
name = "Acme Shop"                   # people read it
"#;

/// The page.
#[component]
pub fn HostsPage() -> impl IntoView {
    let portal = portal();
    document().set_title(t(w::TITLE));
    on_cleanup(move || portal.left());
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        state.set(Answer::Reading);
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<Vec<HostRow>>(portal, embed::HOSTS).await);
        });
    };
    fetch();
    move || match nothing(state.get(), fetch) {
        Ok(rows) => view! { <Hosts rows again=fetch/> }.into_any(),
        Err(notice) => notice,
    }
}

/// The hosts, once read.
#[component]
fn Hosts(rows: Vec<HostRow>, again: impl Fn() + Copy + 'static) -> impl IntoView {
    let (none, alone) = (rows.is_empty(), rows.len() == 1);
    view! {
        <article class="admin-page">
            <header>
                <h1>{t(w::TITLE)}</h1>
                {(!none).then(|| view! { <button type="button" class="btn" on:click=move |_| again()>{t(w::AGAIN)}</button> })}
                <a class="btn quietly" href=paths::CHANGES>{t(changes::TITLE)}</a>
                <a class="btn quietly" href=paths::SCHEMAS>{t(schema::TITLE)}</a>
            </header>
            <p class="quiet">{t(w::WHAT)}</p>
            {none.then(|| view! {
                <p class="none">{t(w::NONE)}</p>
                <pre class="snippet">{CONFIGURATION}</pre>
            })}
            {rows.into_iter().map(|row| view! { <Host row alone/> }).collect_view()}
        </article>
    }
}

/// What a view is called.
pub fn view_name(view: View) -> Key {
    match view {
        View::Inbox => inbox::TITLE,
        View::Next => next::TITLE,
        View::Task => w::ONE_TASK,
        View::File => w::ONE_FILE,
        View::Explorer => explorer::TITLE,
        View::Schema => schema::TITLE,
    }
}

/// One host.
#[component]
fn Host(row: HostRow, alone: bool) -> impl IntoView {
    let own = platform::location().origin().unwrap_or_default();
    let found = findings(&row);
    let wrong = u32::try_from(found.iter().filter(|finding| !finding.is_hint).count()).unwrap_or(u32::MAX);
    let pill = match wrong {
        0 => ("pill done", t(w::WELL).to_owned()),
        n => ("pill back", t_count(w::WRONG_ONE, w::WRONG_OTHER, n)),
    };
    let HostRow { host, same_site, seen, sessions, .. } = row;
    let values = [("origin", host.origin.clone()), ("portal", own.clone()), ("id", host.id.clone())];
    let title = format!("host-{}", host.id);
    let shows = host.views.iter().map(|view| t(view_name(*view))).collect::<Vec<_>>().join(" · ");
    let open = host.origin.clone();
    view! {
        <section aria-labelledby=title>
            <h2 id=title.clone()><bdi>{host.name.clone()}</bdi>" "<span class=pill.0>{pill.1}</span></h2>
            <dl class="facts host-facts">
                <dt>{t(w::ID)}</dt>
                <dd><code>{host.id.clone()}</code></dd>
                <dt>{t(w::ORIGIN)}</dt>
                <dd><bdi>{host.origin.clone()}</bdi>" "<a href=open target="_blank" rel="noopener noreferrer">{t(w::OPEN)}</a></dd>
                <dt>{t(w::SHOWS)}</dt>
                <dd>{shows}</dd>
                <dt>{t(w::SESSIONS)}</dt>
                <dd class="num">{number(sessions)}</dd>
                <dt>{t(w::SEEN)}</dt>
                <dd>{match seen { Some(time) => view! { <Ago time=Signal::stored(time)/> }.into_any(), None => t(w::NEVER).into_any() }}</dd>
            </dl>
            <p class="quiet">{t(if same_site { w::SAME_SITE } else { w::OTHER_SITE })}</p>
            {(!found.is_empty()).then(|| view! {
                <h3 class="findings-title">{t(w::HEALTH)}</h3>
                <ul class="findings">{found.into_iter().map(|finding| told(finding, &values)).collect_view()}</ul>
            })}
            <details class="writing" open=alone>
                <summary>{t(w::WRITE)}</summary>
                <Writing host portal=own/>
            </details>
        </section>
    }
}

/// One finding.
fn told(finding: Finding, values: &[(&str, String)]) -> impl IntoView + use<> {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let times = finding.told.map(|(count, at)| {
        view! { <small class="quiet">{t_count(w::TIMES_ONE, w::TIMES_OTHER, count)}" · "<Ago time=Signal::stored(at)/></small> }
    });
    view! { <li class=if finding.is_hint { "hint" } else { "note" }>{t_with(finding.words, &values)}" "{times}</li> }
}
