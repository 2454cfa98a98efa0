/* The functions of the host that the engine imports: see sdk/contract/host-functions.ts for what each does. */
#pragma once
#include <stdint.h>

#define HOST(name) __attribute__((import_module("extism:host/user"), import_name(#name))) extern

/* The only one of Extism's own: the input's length. */
__attribute__((import_module("extism:host/env"), import_name("input_length"))) extern uint64_t input_length(void);

HOST(flux_input) uint32_t flux_input(void *to, uint32_t length);
HOST(flux_output) void flux_output(const void *from, uint32_t length);
HOST(flux_error) void flux_error(const void *from, uint32_t length);
HOST(flux_log) void flux_log(uint32_t level, const void *from, uint32_t length);
HOST(flux_answer) uint32_t flux_answer(void *to, uint32_t length);
HOST(flux_chmod) int32_t flux_chmod(const void *path, uint32_t length, uint32_t mode);

HOST(flux_http_open)
int32_t flux_http_open(const void *request, uint32_t request_length, const void *body, uint32_t body_length);
HOST(flux_http_write) int32_t flux_http_write(int32_t handle, const void *from, uint32_t length);
HOST(flux_http_response) int32_t flux_http_response(int32_t handle);
HOST(flux_http_read) int32_t flux_http_read(int32_t handle, void *to, uint32_t length);
HOST(flux_http_save) int32_t flux_http_save(int32_t handle, const void *request, uint32_t length);
HOST(flux_http_close) void flux_http_close(int32_t handle);

HOST(flux_tcp_open) int32_t flux_tcp_open(const void *request, uint32_t length);
HOST(flux_tcp_read) int32_t flux_tcp_read(int32_t handle, void *to, uint32_t length, int32_t timeout);
HOST(flux_tcp_write) int32_t flux_tcp_write(int32_t handle, const void *from, uint32_t length);
HOST(flux_tcp_close) void flux_tcp_close(int32_t handle);
