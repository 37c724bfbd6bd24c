//! Pictures and videos come through the gateway, decided for the person, with nothing of where they lie.

use axum::http::{Method, StatusCode, header};

use crate::support::World;

const ANA: &str = "ana@acme.example";

fn file_of(world: &World, ends: &str) -> i64 {
    world.diffgram.tasks_of(ANA).into_iter().find(|(_, _, name, _)| name.ends_with(ends)).expect("a file").1
}

#[tokio::test]
async fn inj_05_inj_06_pictures_are_pictures_and_never_documents() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    for rendition in ["thumb", "full"] {
        let answer = ana.get(&format!("/api/files/{}/media/{rendition}", file_of(&world, ".jpg"))).await;
        assert_eq!((answer.status, answer.header("content-type").as_str()), (StatusCode::OK, "image/jpeg"));
        assert_eq!(&answer.body[..2], b"\xff\xd8");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("sandbox"));
        assert!(answer.header("cache-control").contains("private"));
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
}

#[tokio::test]
async fn prx_09_videos_seek_by_ranges() {
    let world = World::start().await;
    let mut ana = world.browser().signed_in(ANA).await;
    let path = format!("/api/files/{}/media/video", file_of(&world, ".mp4"));
    let range = |browser: &crate::support::Browser, range: &str| {
        browser.request(Method::GET, &path).header(header::RANGE, range)
    };
    let whole = ana.get(&path).await;
    assert_eq!(whole.status, StatusCode::OK);
    let all = whole.body.len();
    let part = ana.send(range(&ana, "bytes=100-199")).await;
    assert_eq!((part.status, part.body.len()), (StatusCode::PARTIAL_CONTENT, 100));
    assert_eq!(part.header("content-range"), format!("bytes 100-199/{all}"));
    assert_eq!(part.body, whole.body[100..200]);
    assert_eq!(ana.send(range(&ana, "bytes=0-")).await.body.len(), all);
    let past = ana.send(range(&ana, &format!("bytes={}-", all + 10))).await;
    assert_eq!(past.status, StatusCode::RANGE_NOT_SATISFIABLE);
    let many = vec!["0-1"; 1_000].join(",");
    let many = ana.send(range(&ana, &format!("bytes={many}"))).await;
    assert!(many.body.len() <= all && many.status != StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_rendition_that_is_none_is_not_there() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let file = file_of(&world, ".jpg");
    for odd in ["original", "..%2Fthumb", "THUMB", ""] {
        assert_eq!(ana.get(&format!("/api/files/{file}/media/{odd}")).await.status, StatusCode::NOT_FOUND, "{odd}");
    }
}
