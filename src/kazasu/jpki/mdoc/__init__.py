"""The electronic record that stands for a card (カード代替電磁的記録): issued to a phone, with its state."""
