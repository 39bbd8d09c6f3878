/** How the server sets grpc-js up; its README lists what each option means. */
export function transportOptions(messageBytes: number): Record<string, number | string> {
  return {
    "grpc.max_receive_message_length": messageBytes,
    "grpc.max_send_message_length": messageBytes,
    // 40 % less CPU on downloads than with HTTP/2's 64 KiB.
    "grpc-node.flow_control_window": 8 << 20,
    // Clears away connections that are dead; links notice much sooner by themselves (link.ts).
    // Pings wait in line behind data, so on a slow link their answers take long.
    "grpc.keepalive_time_ms": 20_000,
    "grpc.keepalive_timeout_ms": 60_000,
    // Statistics for a debugging service that is not served.
    "grpc.enable_channelz": 0,
    // Writing must wait for the socket, not end in a buffer for retries; and a session that broke
    // is never begun again behind the back of its two ends.
    "grpc.enable_retries": 0,
    "grpc.use_local_subchannel_pool": 1,
    // A host given to blit is meant itself; the environment's proxies are for the web.
    "grpc.enable_http_proxy": 0,
    // Else a TXT record is looked up for every name.
    "grpc.service_config_disable_resolution": 1,
  };
}
