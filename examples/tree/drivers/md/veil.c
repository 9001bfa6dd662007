// SPDX-License-Identifier: MIT
/*
 * veil - a stacking driver that lays a remapped view over another block device.
 *
 * Written for the Rescuer example: it is shaped like device-mapper of the
 * 4.14 era, but it is nobody's code.  A bio is cut at chunk boundaries, every
 * piece gets a clone from the device's own bio_set, and the clone goes to the
 * device below.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/mempool.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define VEIL_RESERVED_BIOS	16
#define VEIL_CHUNK_SECTORS	128

struct veil_device {
	struct request_queue	*queue;
	struct block_device	*lower;
	struct rw_semaphore	map_lock;
	sector_t		*map;

	mempool_t		*io_pool;
	struct bio_set		*bs;
};

struct veil_io {
	struct veil_device	*veil;
	struct bio		*orig_bio;
	atomic_t		pending;
	blk_status_t		status;
};

/* Lives in the front pad of every clone. */
struct veil_piece {
	struct veil_io		*io;
	unsigned int		nr;
	struct bio		clone;
};

struct veil_plug {
	struct blk_plug		plug;
	struct blk_plug_cb	cb;
};

/*
 * A bio that waits behind a sleeping task goes to the rescuer of the set it
 * came from.  Sets without a rescuer have nobody to take it: it stays.
 */
static void veil_hand_over(struct bio *bio, struct bio_list *stay)
{
	struct bio_set *origin = bio->bi_pool;

	if (!origin || origin == fs_bio_set ||
	    !origin->rescue_workqueue) {
		bio_list_add(stay, bio);
		return;
	}

	spin_lock(&origin->rescue_lock);
	bio_list_add(&origin->rescue_list, bio);
	spin_unlock(&origin->rescue_lock);

	queue_work(origin->rescue_workqueue, &origin->rescue_work);
}

/* Plug callback: this task is going to sleep inside veil_map_piece(). */
static void veil_before_sleep(struct blk_plug_cb *cb, bool from_schedule)
{
	struct bio_list *parked = current->bio_list;
	unsigned int level;

	list_del_init(&cb->list);

	for (level = 0; parked && level < 2; level++) {
		struct bio_list stay = BIO_EMPTY_LIST;
		struct bio *bio;

		while ((bio = bio_list_pop(&parked[level])))
			veil_hand_over(bio, &stay);
		parked[level] = stay;
	}
}

static void veil_end_io(struct bio *clone)
{
	struct veil_piece *piece = container_of(clone, struct veil_piece, clone);
	struct veil_io *io = piece->io;

	if (clone->bi_status)
		io->status = clone->bi_status;
	bio_put(clone);

	if (atomic_dec_and_test(&io->pending)) {
		struct bio *bio = io->orig_bio;

		bio->bi_status = io->status;
		mempool_free(io, io->veil->io_pool);
		bio_endio(bio);
	}
}

static void veil_map_piece(struct veil_device *veil, struct bio *clone)
{
	struct veil_plug p;

	blk_start_plug(&p.plug);
	p.cb.callback = veil_before_sleep;
	list_add(&p.cb.list, &current->plug->cb_list);

	down_read(&veil->map_lock);
	clone->bi_iter.bi_sector =
		veil->map[clone->bi_iter.bi_sector / VEIL_CHUNK_SECTORS];
	up_read(&veil->map_lock);

	list_del(&p.cb.list);
	blk_finish_plug(&p.plug);

	bio_set_dev(clone, veil->lower);
	generic_make_request(clone);
}

static blk_qc_t veil_make_request(struct request_queue *q, struct bio *bio)
{
	struct veil_device *veil = q->queuedata;
	unsigned int left = bio_sectors(bio);
	unsigned int done = 0;
	struct veil_io *io;

	io = mempool_alloc(veil->io_pool, GFP_NOIO);
	io->veil = veil;
	io->orig_bio = bio;
	io->status = BLK_STS_OK;
	atomic_set(&io->pending, DIV_ROUND_UP(left, VEIL_CHUNK_SECTORS));

	while (left) {
		unsigned int len = min_t(unsigned int, left, VEIL_CHUNK_SECTORS);
		struct veil_piece *piece;
		struct bio *clone;

		clone = bio_alloc_bioset(GFP_NOIO, 0, veil->bs);
		__bio_clone_fast(clone, bio);
		bio_advance(clone, done << 9);
		clone->bi_iter.bi_size = len << 9;
		clone->bi_end_io = veil_end_io;

		piece = container_of(clone, struct veil_piece, clone);
		piece->io = io;
		piece->nr = done / VEIL_CHUNK_SECTORS;

		veil_map_piece(veil, clone);
		done += len;
		left -= len;
	}

	return BLK_QC_T_NONE;
}

static void veil_free(struct veil_device *veil)
{
	if (veil->bs)
		bioset_free(veil->bs);
	mempool_destroy(veil->io_pool);
	kfree(veil);
}

struct veil_device *veil_alloc(struct block_device *lower)
{
	struct veil_device *veil;

	veil = kzalloc(sizeof(*veil), GFP_KERNEL);
	if (!veil)
		return NULL;

	veil->lower = lower;
	init_rwsem(&veil->map_lock);

	veil->io_pool = mempool_create_kmalloc_pool(VEIL_RESERVED_BIOS,
						    sizeof(struct veil_io));
	if (!veil->io_pool)
		goto bad;

	veil->bs = bioset_create(VEIL_RESERVED_BIOS,
				 offsetof(struct veil_piece, clone),
				 BIOSET_NEED_RESCUER);
	if (!veil->bs)
		goto bad;

	veil->queue = blk_alloc_queue(GFP_KERNEL);
	if (!veil->queue)
		goto bad;

	veil->queue->queuedata = veil;
	blk_queue_make_request(veil->queue, veil_make_request);
	return veil;

bad:
	veil_free(veil);
	return NULL;
}
