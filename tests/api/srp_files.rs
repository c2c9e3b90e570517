//! Users of SRP that files name, in the form of `srptool`.

use std::fs;
use std::path::PathBuf;

use gnutls::encoding::srp;
use gnutls::{ErrorKind, ServerConfig, SrpGroup, SrpUser, SrpVerifier};

use crate::is;
use crate::srp::{alice, client, meet, supported};

/// Two files, gone with the value.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Files {
        let dir = std::env::temp_dir().join(format!("gnutls-srp-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a directory");
        let files = Files(dir);
        fs::write(files.users(), "").expect("a file");
        let line = |group: SrpGroup| {
            let [prime, generator] =
                [group.prime(), group.generator()].map(|number| srp::encode(number).expect("text"));
            format!("{}:{prime}:{generator}\n", group.bits())
        };
        fs::write(files.groups(), SrpGroup::ALL.map(line).concat()).expect("a file");
        files
    }

    fn users(&self) -> PathBuf {
        self.0.join("tpasswd")
    }

    fn groups(&self) -> PathBuf {
        self.0.join("tpasswd.conf")
    }

    fn write(&self, users: &[(&str, &SrpVerifier)]) {
        let line = |(name, known): &(&str, &SrpVerifier)| {
            let [number, salt] = [&**known.verifier(), known.salt()].map(|number| srp::encode(number).expect("text"));
            format!("{name}:{number}:{salt}:{}\n", known.group().bits())
        };
        fs::write(self.users(), users.iter().map(line).collect::<String>()).expect("a file");
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // Nothing to do if it fails.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// With a salt whose first bytes are not 0, which the files would lose.
fn kept(user: &SrpUser, group: SrpGroup) -> SrpVerifier {
    SrpVerifier::with_salt(user, group, &[0xa5; 16]).expect("a verifier")
}

#[test]
fn users_come_from_a_file_that_is_read_each_time() {
    if !supported() {
        return;
    }
    let files = Files::new("late");
    let server = ServerConfig::builder().with_srp_files(files.users(), files.groups()).build().expect("a server");
    assert!(meet(&client(alice()), &server).1.is_err());
    let bob = SrpUser::new("bob:by:night", "p").expect("a user");
    for group in [SrpGroup::BITS_1536, SrpGroup::BITS_3072] {
        files.write(&[("bob:by:night", &kept(&bob, group)), ("alice", &kept(&alice(), group))]);
        for user in [alice(), bob.clone()] {
            let far = meet(&client(user.clone()), &server).1.expect("the server's handshake");
            assert_eq!(far.srp_username(), Some(user.name()));
        }
        let wrong = [SrpUser::new("alice", "p"), SrpUser::new("nobody", "p")].map(|user| {
            let (near, far) = meet(&client(user.expect("a user")), &server);
            (near.expect_err("refused").alert_received(), far.expect_err("refused").code())
        });
        assert_eq!(wrong[0], wrong[1]);
    }
}

#[test]
fn a_malformed_file_fails_the_handshake_and_says_where() {
    if !supported() {
        return;
    }
    let missing = ServerConfig::builder().with_srp_files("/nowhere/tpasswd", "/nowhere/tpasswd.conf");
    is(&missing.build().expect_err("no file"), ErrorKind::Credentials, &["/nowhere/tpasswd", "No such file"]);
    let files = Files::new("malformed");
    let server = ServerConfig::builder().with_srp_files(files.users(), files.groups()).build().expect("a server");
    let whole = kept(&alice(), SrpGroup::BITS_1024);
    let number = srp::encode(whole.verifier()).expect("text");
    for (line, why) in [
        ("alice".to_owned(), "four fields"),
        (format!("alice:{number}:!:1024"), "malformed"),
        ("alice:\u{e4}:abc:1024".to_owned(), "malformed"),
        (format!("alice:{number}:abc:1"), "no group has the number 1"),
        (format!("alice:{}:abc:1024", srp::encode([1; 200]).expect("text")), "not of its group"),
    ] {
        fs::write(files.users(), format!("\n{line}\n")).expect("a file");
        let far = meet(&client(alice()), &server).1.expect_err("malformed");
        is(&far, ErrorKind::Callback, &["with_srp_files", why]);
    }
    files.write(&[("alice", &whole)]);
    for (line, why) in [("1024:!:2", "malformed"), ("1024:2", "malformed"), ("1024:abc:2", "no group of RFC 5054")] {
        fs::write(files.groups(), line).expect("a file");
        is(&meet(&client(alice()), &server).1.expect_err("malformed"), ErrorKind::Callback, &[why]);
    }
}
