//! How sessions live and end.

use crate::tests::pki::{Flaw, card};
use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::{Method, header};
use cns_portal_api::{codes, paths};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_session_tells_whose_it_is_and_when_it_ends() {
    let world = World::new().await;
    let code = world.code(&card(Flaw::None)).await;
    let opened = world.open_session(&code).await;
    assert_eq!(opened.status, 201);
    assert_eq!(opened.body["expires_at"], "2026-11-22T20:00:00Z");
    assert_eq!(opened.body["idle_timeout"], 900);
    assert_eq!(opened.body["me"]["full_name"], "Mario Rossi");
    assert_eq!(opened.body["token"].as_str().unwrap().len(), 43);
}

#[tokio::test]
async fn a_session_left_alone_for_fifteen_minutes_has_ended() {
    let world = World::new().await;
    let token = world.log_in(&card(Flaw::None)).await;
    world.clock.advance(14 * MINUTE);
    assert_eq!(world.get(paths::ME, Some(&token)).await.status, 200);
    world.clock.advance(15 * MINUTE);
    world
        .get(paths::ME, Some(&token))
        .await
        .expect_problem(401, codes::SESSION_ENDED);
    world
        .log_out(&token)
        .await
        .expect_problem(401, codes::SESSION_ENDED);
}

#[tokio::test]
async fn a_session_in_use_ends_after_eight_hours() {
    let world = World::new().await;
    let token = world.log_in(&card(Flaw::None)).await;
    for _ in 0..47 {
        world.clock.advance(10 * MINUTE);
        assert_eq!(world.get(paths::ME, Some(&token)).await.status, 200);
    }
    world.clock.advance(10 * MINUTE);
    world
        .get(paths::ME, Some(&token))
        .await
        .expect_problem(401, codes::SESSION_ENDED);
}

#[tokio::test]
async fn who_logs_out_is_out() {
    let world = World::new().await;
    let token = world.log_in(&card(Flaw::None)).await;
    let other = world.log_in(&card(Flaw::None)).await;
    assert_eq!(world.log_out(&token).await.status, 204);
    world
        .get(paths::ME, Some(&token))
        .await
        .expect_problem(401, codes::SESSION_ENDED);
    world
        .log_out(&token)
        .await
        .expect_problem(401, codes::SESSION_ENDED);
    assert_eq!(
        world.get(paths::ME, Some(&other)).await.status,
        200,
        "the other session goes on"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_hangs_up_at_any_moment_harms_nobody() {
    let world = World::new().await;
    let token = world.log_in(&card(Flaw::None)).await;
    for turns in 0..300 {
        // Let go of after so many turns of the runtime, as a connection that closes does.
        {
            let mut asking = std::pin::pin!(world.get(paths::ME, Some(&token)));
            for _ in 0..turns {
                tokio::select! {
                    biased;
                    _ = &mut asking => break,
                    () = tokio::task::yield_now() => {}
                }
            }
        }
        let next = world.get(paths::ME, Some(&token)).await;
        assert_eq!(next.status, 200, "after {turns} turns: {}", next.body);
    }
    assert_eq!(world.log_out(&token).await.status, 204);
}

#[tokio::test]
async fn every_wrong_token_gets_the_same_answer() {
    let world = World::new().await;
    let ended = world.log_in(&card(Flaw::None)).await;
    world.log_out(&ended).await;
    let mut bodies = Vec::new();
    for token in [None, Some(""), Some("x"), Some(&*"A".repeat(43)), Some(&*ended)] {
        let answer = world.get(paths::ME, token).await;
        answer.expect_problem(401, codes::SESSION_ENDED);
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
        bodies.push(answer.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn a_token_is_taken_from_its_header_only() {
    let world = World::new().await;
    let token = world.log_in(&card(Flaw::None)).await;
    let query = format!("{}?access_token={token}", paths::ME);
    world
        .get(&query, None)
        .await
        .expect_problem(401, codes::SESSION_ENDED);

    let mut twice = request(Method::GET, paths::ME, Some(&token), Body::empty());
    twice
        .headers_mut()
        .append(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    world
        .ask_api(twice)
        .await
        .expect_problem(401, codes::SESSION_ENDED);
}

#[tokio::test]
async fn the_database_holds_neither_codes_nor_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on(&crate::Database::File(folder.path().join("portal.sqlite"))).await;
    let unused = world.code(&card(Flaw::None)).await;
    let token = world.log_in(&card(Flaw::None)).await;
    world.portal.close().await;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [&unused, &token] {
            let raw = crate::secret::Secret::parse(secret).unwrap();
            assert!(!contains(&bytes, secret.as_bytes()) && !contains(&bytes, &raw.bytes()));
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_of_the_database_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let world = World::on(&crate::Database::File(folder.path().join("portal.sqlite"))).await;
    world.log_in(&card(Flaw::None)).await;
    let mut files = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        files += 1;
    }
    assert!(files >= 2, "the database and its journal");
}

#[tokio::test]
async fn sessions_outlive_the_process_in_a_file_and_not_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = crate::Database::File(folder.path().join("portal.sqlite"));
    for (database, status) in [(file, 200), (crate::Database::Memory, 401)] {
        let world = World::on(&database).await;
        let token = world.log_in(&card(Flaw::None)).await;
        world.portal.close().await;
        let world = World::on(&database).await;
        assert_eq!(
            world.get(paths::ME, Some(&token)).await.status.as_u16(),
            status,
            "{database:?}"
        );
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
