//! Accepting connections: not too many at once, and none once the server is to stop.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::causes::causes;
use crate::connection;
use crate::options::Options;
use crate::reload::Current;

/// How long to leave clients alone when the system has no descriptors left.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`, and then until the last connection has ended or its time is over.
pub(crate) async fn serve(
    listener: TcpListener,
    current: Arc<Current>,
    options: Arc<Options>,
    stop: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(options.connections as usize));
    let (stopping, stopped) = watch::channel(false);
    let accepting = async {
        loop {
            // Room first: who is not accepted waits in the system's queue, and costs nothing here.
            let place = Arc::clone(&room).acquire_owned().await.expect("it is never closed");
            match listener.accept().await {
                Ok((tcp, peer)) => {
                    let (current, options, stopped) = (Arc::clone(&current), Arc::clone(&options), stopped.clone());
                    tokio::spawn(async move {
                        if let Err(error) = connection::serve(tcp, peer, &current, &options, stopped).await {
                            eprintln!("{peer}: {error}{}", causes(&*error));
                        }
                        drop(place);
                    });
                }
                Err(error) => {
                    eprintln!("accepting: {error}");
                    sleep(PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    drop(listener);
    eprintln!("stopping");
    // Nobody listens if there is no connection.
    let _ = stopping.send(true);
    // All the room there is: that is when nobody is left.
    match timeout(options.grace, room.acquire_many(options.connections)).await {
        Ok(_) => eprintln!("stopped"),
        Err(_) => eprintln!("stopped, with requests under way after {:?}", options.grace),
    }
}
