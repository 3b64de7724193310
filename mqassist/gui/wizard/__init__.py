"""The guide for a person without the words: questions, then the layers one by one, then the answer."""
