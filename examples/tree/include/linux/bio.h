/* SPDX-License-Identifier: MIT */
/*
 * The little of a 4.14-era <linux/bio.h> that the example driver needs, in the words of this example.
 */
#ifndef __LINUX_BIO_H
#define __LINUX_BIO_H

#define BIO_POOL_SIZE 2

struct bio_set {
	struct kmem_cache	*bio_slab;
	unsigned int		front_pad;

	mempool_t		*bio_pool;
	mempool_t		*bvec_pool;

	/* bios that a sleeping task left behind, for the rescuer thread */
	spinlock_t		rescue_lock;
	struct bio_list		rescue_list;
	struct work_struct	rescue_work;
	struct workqueue_struct	*rescue_workqueue;
};

extern struct bio_set *fs_bio_set;

enum {
	BIOSET_NEED_BVECS	= BIT(0),
	BIOSET_NEED_RESCUER	= BIT(1),
};

struct bio_set *bioset_create(unsigned int pool_size, unsigned int front_pad, int flags);
void bioset_free(struct bio_set *bs);

struct bio *bio_alloc_bioset(gfp_t gfp_mask, unsigned int nr_iovecs, struct bio_set *bs);
void __bio_clone_fast(struct bio *bio, struct bio *bio_src);

blk_qc_t generic_make_request(struct bio *bio);

#define bio_sectors(bio)	((bio)->bi_iter.bi_size >> 9)

#endif
