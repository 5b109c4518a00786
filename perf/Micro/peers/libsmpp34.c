/* The same PDUs through Debian's libsmpp34: reads samples.txt, prints "libsmpp34 NAME read|write NS". */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libsmpp34/smpp34.h>
#include <libsmpp34/smpp34_structs.h>
#include <libsmpp34/smpp34_params.h>

enum { ROUNDS = 7, LOOPS = 40000 };

typedef union {
    submit_sm_t submit;
    deliver_sm_t deliver;
    submit_sm_resp_t submit_resp;
    deliver_sm_resp_t deliver_resp;
} any_t;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void release(uint32_t id, any_t *pdu)
{
    tlv_t **tlv = id == SUBMIT_SM ? &pdu->submit.tlv : id == DELIVER_SM ? &pdu->deliver.tlv : NULL;
    if (tlv != NULL) {
        destroy_tlv(*tlv);
        *tlv = NULL;
    }
}

static double best_read(uint32_t id, const uint8_t *octets, int length)
{
    static any_t pdu;
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int i = 0; i < LOOPS; i++) {
            if (smpp34_unpack(id, &pdu, octets, length) != 0) {
                fprintf(stderr, "unpack: %s\n", smpp34_strerror);
                exit(1);
            }
            release(id, &pdu);
        }
        double ns = (now() - start) / LOOPS;
        best = ns < best ? ns : best;
    }
    return best;
}

static double best_write(uint32_t id, const uint8_t *octets, int length)
{
    static any_t pdu;
    static uint8_t output[2048];
    double best = 1e18;
    memset(&pdu, 0, sizeof pdu);
    if (smpp34_unpack(id, &pdu, octets, length) != 0)
        exit(1);
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int i = 0; i < LOOPS; i++) {
            int written = 0;
            if (smpp34_pack(id, output, sizeof output, &written, &pdu) != 0 || written != length) {
                fprintf(stderr, "pack: %s\n", smpp34_strerror);
                exit(1);
            }
        }
        double ns = (now() - start) / LOOPS;
        best = ns < best ? ns : best;
    }
    if (memcmp(output, octets, length) != 0)
        fprintf(stderr, "libsmpp34 writes the TLVs in another order\n");
    return best;
}

int main(int argc, char **argv)
{
    char name[64], hex[4096];
    FILE *samples = fopen(argv[argc - 1], "r");
    if (samples == NULL)
        return 1;
    while (fscanf(samples, "%63s %4095s", name, hex) == 2) {
        uint8_t octets[2048];
        int length = (int)strlen(hex) / 2;
        for (int i = 0; i < length; i++)
            sscanf(hex + 2 * i, "%2hhx", &octets[i]);
        uint32_t id = (uint32_t)octets[4] << 24 | octets[5] << 16 | octets[6] << 8 | octets[7];
        printf("libsmpp34 %s read %.1f\n", name, best_read(id, octets, length));
        printf("libsmpp34 %s write %.1f\n", name, best_write(id, octets, length));
    }
    return 0;
}
