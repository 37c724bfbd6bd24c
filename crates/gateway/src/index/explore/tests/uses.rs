//! How much questions and options are used, against a plain count of the same data.

use portal_model::api::schemas::Use;

use super::*;
use crate::{index::Touched, keys, session::caller::Caller};

fn admin(projects: &[usize]) -> Caller {
    Caller::Person(Box::new(Person {
        id: PersonId("p".into()),
        session: SessionKey("s".into()),
        name: "Somebody".into(),
        email: Some("x@x.example".into()),
        memberships: projects
            .iter()
            .map(|n| Membership { project: project(*n), user: UserId(9), role: Role::Admin })
            .collect(),
        claims: BTreeMap::new(),
        only: Default::default(),
        seen_by: None,
    }))
}

/// Answers, files and open tasks, in the plainest way.
fn plain(world: &World, question: i64, option: Option<i64>) -> (u32, u32, u32) {
    let (mut answers, mut files, mut open) = (0, 0, 0);
    let home = QUESTIONS.iter().find(|one| one.1 == question).unwrap().0;
    let known = |file: &&Plain| file.project == home && !(file.datasets.is_empty() && file.users.is_empty());
    for file in world.files.iter().filter(known) {
        let given = file.on.iter().flat_map(|(_, answers)| answers);
        let here = given.filter(|(id, value)| {
            *id == question
                && option.is_none_or(|wanted| matches!(value, GivenValue::Option { id, .. } if id.0 == wanted))
        });
        let here = here.count() as u32;
        answers += here;
        if here > 0 {
            files += 1;
            open += u32::from(!file.users.is_empty() && file.status != TaskStatus::Complete);
        }
    }
    (answers, files, open)
}

fn all_of(home: usize) -> Vec<Touched> {
    let theirs = QUESTIONS.iter().filter(|question| question.0 == home);
    theirs
        .map(|(_, id, .., options)| Touched {
            attribute: AttributeId(*id),
            options: options.iter().map(|(id, _)| OptionId(*id)).collect(),
        })
        .collect()
}

#[tokio::test]
async fn uses_are_counted_as_they_are_and_their_queries_show_them() {
    let world = world().await;
    let scope = world.policy.admin(&admin(&[0]), keys::Scope::SchemasRead).unwrap();
    let (uses, is_complete) = world.policy.uses(&scope, &project(0), all_of(0)).await.unwrap();
    assert!(!is_complete, "the datasets were not listed whole");
    world.index.listed(&project(0), &Timestamp("2026-11-14T10:00:00.000000Z".into())).await.unwrap();
    assert_eq!(world.policy.uses(&scope, &project(0), all_of(0)).await.unwrap(), (uses.clone(), true));
    let mut due = Vec::new();
    for touched in all_of(0) {
        let each = std::iter::once(None).chain(touched.options.iter().copied().map(Some));
        for option in each {
            let (answers, files, open) = plain(&world, touched.attribute.0, option.map(|option| option.0));
            if answers > 0 {
                due.push((touched.attribute, option, answers, files, open));
            }
        }
    }
    let told = |one: &Use| (one.attribute, one.option, one.answers, one.files, one.open_tasks);
    assert_eq!(uses.iter().map(told).collect::<Vec<_>>(), due);
    assert!(due.len() >= 6 && due.iter().any(|one| one.4 > 0), "{due:?}");
    // What the queries find, for an admin who sees every dataset.
    let who = everybody().into_iter().find(|who| who.admin).unwrap();
    let listed = |file: &&Plain| file.project == 0 && !file.datasets.is_empty();
    for one in &uses {
        let Some(option) = one.option else { continue };
        let query = one.query.as_ref().expect("each option has its own name");
        let mut found = world.scope(&who).file_ids(&parse(query).unwrap(), now()).await.unwrap();
        found.sort_unstable();
        let name = QUESTIONS.iter().flat_map(|question| question.4).find(|known| known.0 == option.0).unwrap().1;
        // In this world questions are answered with words, too.
        let holds = |value: &GivenValue| match value {
            GivenValue::Option { id, .. } => *id == option,
            GivenValue::Said(text) => fold(text) == fold(name),
        };
        let answered = |file: &&Plain| {
            file.on.iter().flat_map(|(_, answers)| answers).any(|(id, value)| *id == one.attribute.0 && holds(value))
        };
        let due: Vec<i64> = world.files.iter().filter(listed).filter(answered).map(|file| file.id).collect();
        assert_eq!(found, due, "{query}");
        assert!(!due.is_empty());
    }
    // One question is called as another asks: it goes by its other name.
    let other = uses.iter().find(|one| one.attribute == AttributeId(3) && one.option.is_some()).unwrap();
    assert!(other.query.as_ref().unwrap().starts_with("attribute.other:"), "{other:?}");
}

#[tokio::test]
async fn aut_01_uses_stay_within_the_projects_of_the_admin() {
    let world = world().await;
    let scope = world.policy.admin(&admin(&[1]), keys::Scope::SchemasRead).unwrap();
    let nothing = (Vec::new(), false);
    assert_eq!(world.policy.uses(&scope, &project(0), all_of(0)).await.unwrap(), nothing);
    // Questions of another project are no questions of this one.
    let (uses, _) = world.policy.uses(&scope, &project(1), all_of(0)).await.unwrap();
    assert_eq!(uses, []);
    let (uses, _) = world.policy.uses(&scope, &project(1), all_of(1)).await.unwrap();
    assert!(!uses.is_empty());
}
