//! Issues on the task: what people said about it, its file or an annotation; and why it was sent back, as far as that can be known.

use leptos::prelude::*;
use portal_model::{
    api::issues::{Comment, Issue, IssueAbout, IssueDetail, path},
    id::TaskId,
    task::{TaskRow, TaskStatus},
    time::Timestamp,
};

use crate::{
    api::{self, Failure},
    stage::Shown,
    text::{app, links as link_words, t, t_with, task as words},
    ui::{
        ago::Ago,
        links::{About, LinksButton},
        said::Said,
    },
};

fn who(author: Option<String>) -> String {
    author.unwrap_or_else(|| t(words::BY_PROGRAM).to_owned())
}

/// Who and when.
fn by(author: Option<String>, created: Timestamp) -> AnyView {
    view! { <bdi>{who(author)}</bdi>" · "<Ago time=Signal::stored(created)/> }.into_any()
}

/// What came of asking for an issue's comments.
#[derive(Clone)]
enum Asked {
    Not,
    Waiting,
    Here(Vec<Comment>),
    Failed(Failure),
}

async fn read(task: TaskId, issue: &Issue, asked: RwSignal<Asked>) {
    let _ = asked.try_set(Asked::Waiting);
    let answer = match api::get_fresh::<IssueDetail>(&path::issue(task, issue.id)).await {
        Ok(detail) => Asked::Here(detail.comments),
        Err(failure) => Asked::Failed(failure),
    };
    let _ = asked.try_set(answer);
}

/// All issues; nothing when there is none.
#[component]
pub fn Issues(row: Memo<TaskRow>, issues: Memo<Vec<Issue>>, shown: Shown) -> impl IntoView {
    let some = Memo::new(move |_| !issues.read().is_empty());
    move || {
        some.get().then(|| view! {
            <section aria-labelledby="issues">
                <h2 id="issues">{t(words::ISSUES)}</h2>
                <ul class="issues">
                    <For each=move || issues.get() key=|issue| (issue.id, issue.open, issue.title.clone()) children=move |issue| {
                        view! { <li><One row issue shown/></li> }
                    }/>
                </ul>
            </section>
        })
    }
}

/// One issue: its comments are asked for when somebody opens it.
#[component]
fn One(row: Memo<TaskRow>, issue: Issue, shown: Shown) -> impl IntoView {
    let task = row.with_untracked(|row| row.id);
    let asked = RwSignal::new(Asked::Not);
    let of = issue.clone();
    let ask = move || {
        let issue = of.clone();
        leptos::task::spawn_local(async move { read(task, &issue, asked).await });
    };
    let again = ask.clone();
    let state = if issue.open { words::ISSUE_OPEN } else { words::ISSUE_CLOSED };
    let pill = if issue.open { "pill back" } else { "pill" };
    let about = match issue.about {
        IssueAbout::Task => None,
        IssueAbout::File => Some(view! { <span class="quiet">{t(words::ON_FILE)}</span> }.into_any()),
        IssueAbout::Annotation { id } => {
            // Only while it is on what is shown.
            let index = move || shown.annotations.with(|all| all.iter().position(|annotation| annotation.id == id));
            let button = move || {
                index().map(|index| view! {
                    <button type="button" class="btn" on:click=move |_| shown.pinned.set(Some(index))>{t(words::ON_ANNOTATION)}</button>
                })
            };
            Some(button.into_any())
        }
    };
    let frame =
        issue.frame.map(|n| view! { <span class="quiet">{t_with(link_words::FRAME, &[("n", &n.to_string())])}</span> });
    let (id, title) = (issue.id, issue.title.clone());
    let linked =
        move || Some(About::Issue(Box::new(About::Task(Box::new(row.get_untracked()), None)), id, title.clone()));
    view! {
        <details id=format!("issue-{}", issue.id) on:toggle=move |_| if matches!(asked.get_untracked(), Asked::Not) { ask() }>
            <summary>
                <span class="issue-title"><bdi>{issue.title.clone()}</bdi></span>
                <span class=pill>{t(state)}</span>
                <small>{by(issue.author, issue.created)}</small>
            </summary>
            <div class="issue">
                <Said html=issue.description/>
                <p class="about">{about}{frame}<LinksButton name=issue.title.clone() about=linked/></p>
                {move || match asked.get() {
                    Asked::Not | Asked::Waiting => view! { <p class="quiet" role="status">{t(app::LOADING)}</p> }.into_any(),
                    Asked::Here(comments) if comments.is_empty() => view! { <p class="quiet">{t(words::NO_COMMENTS)}</p> }.into_any(),
                    Asked::Here(comments) => comments.into_iter().map(comment).collect::<Vec<_>>().into_any(),
                    Asked::Failed(failure) => {
                        let again = again.clone();
                        view! {
                            <p class="note" role="alert">{failure.words()}</p>
                            <p><button type="button" class="btn" on:click=move |_| again()>{t(app::TRY_AGAIN)}</button></p>
                        }
                        .into_any()
                    }
                }}
            </div>
        </details>
    }
}

fn comment(comment: Comment) -> AnyView {
    view! {
        <div class="comment">
            <small>{by(comment.author, comment.created)}{comment.edited.map(|_| view! { " · "{t(words::EDITED)} })}</small>
            <Said html=comment.content/>
        </div>
    }
    .into_any()
}

/// Why it was sent back: what the newest open issue says last. The reviewer's own words cannot be read with a key
/// (`diffgram-api.md` §2.3), and the portal says so rather than guess.
#[component]
pub fn Why(row: Memo<TaskRow>, issues: Memo<Vec<Issue>>) -> impl IntoView {
    let asked = RwSignal::new(Asked::Not);
    let is_back = Memo::new(move |_| row.read().status == TaskStatus::RequiresChanges);
    let newest = Memo::new(move |_| issues.read().iter().find(|issue| issue.open).cloned());
    Effect::new(move |_| {
        if let Some(issue) = newest.get().filter(|_| is_back.get()) {
            let task = row.read_untracked().id;
            leptos::task::spawn_local(async move { read(task, &issue, asked).await });
        }
    });
    move || {
        is_back.get().then(|| {
            let says = newest.get().map(|issue| {
                let last = match asked.get() {
                    Asked::Here(comments) => comments.into_iter().last(),
                    Asked::Not | Asked::Waiting | Asked::Failed(_) => None,
                };
                let (author, created, html) = match last {
                    Some(comment) => (comment.author, comment.created, comment.content),
                    None => (issue.author, issue.created, issue.description),
                };
                view! { <p class="quiet">{t(words::SENT_BACK_ISSUE)}</p><div class="comment"><small>{by(author, created)}</small><Said html/></div> }
            });
            let none = says.is_none().then(|| view! { <p>{t(words::SENT_BACK_WORDS)}</p> });
            view! { <section class="back-note" aria-labelledby="sent-back"><h2 id="sent-back">{t(words::SENT_BACK)}</h2>{says}{none}</section> }
        })
    }
}
